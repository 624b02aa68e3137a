package org.livemigrate.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.InvalidClusterException;

class SnapshotDocumentTest {

    private static SnapshotDocument read(String json) {
        return Json.mapper().readValue(json.replace('\'', '"'), SnapshotDocument.class);
    }

    @Test
    void theShortFormIsEnough() {
        ClusterSnapshot snapshot = read("{'hosts':[{'id':'b','capacityMillicores':1000,'memoryBytes':10},"
                        + "{'id':'a','capacityMillicores':500}],'containers':[{'id':'c','host':'b','cpuMillicores':3}]}")
                .toSnapshot();
        assertThat(snapshot.hostId(0)).isEqualTo("a");
        assertThat(snapshot.host(0).hasUnlimitedMemory()).isTrue();
        assertThat(snapshot.container(0).hostId()).isEqualTo("b");
    }

    @Test
    void aSnapshotSurvivesTheWayThroughJson() {
        SnapshotDocument document = read("{'time':'2026-01-02T03:04:05Z','hosts':[{'id':'a','capacityMillicores':500,"
                + "'memoryBytes':7,'labels':{'zone':'x'},'schedulable':false},{'id':'b','capacityMillicores':9}],"
                + "'containers':[{'id':'c','name':'web','host':'a','cpuMillicores':3,'memoryBytes':2,"
                + "'labels':{'app':'web'},'pinned':true,'hostLabels':['zone=x'],'affinity':['app=db'],"
                + "'antiAffinity':['app=web'],'censored':true},{'id':'d','host':'a','cpuMillicores':1,'memoryBytes':0}],"
                + "'inFlight':[{'container':'d','from':'a','to':'b','startedAt':'2026-01-02T03:04:00Z'}],"
                + "'history':[{'time':'2026-01-02T03:03:00Z','hosts':{'a':4},'containers':{'c':3,'d':1}},"
                + "{'time':'2026-01-02T03:04:00Z','hosts':{'a':5,'b':0},'containers':{'c':4}}]}");
        assertThat(SnapshotDocument.of(document.toSnapshot())).isEqualTo(document);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> read("{'hosts':[],'containers':[],'history':[{'hosts':{}}]}"))
                .hasMessageContaining("'time'");
        assertThatThrownBy(
                        () -> read("{'hosts':[],'containers':[],'history':[{'time':'2026-01-02T03:04:00Z','hosts':{}},"
                                        + "{'time':'2026-01-02T03:04:00Z','hosts':{}}]}")
                                .toSnapshot())
                .isInstanceOf(InvalidClusterException.class)
                .hasMessageContaining("ascend");
        assertThatThrownBy(() -> read("{'hosts':[]}").toSnapshot()).hasMessageContaining("'containers'");
        assertThatThrownBy(() -> read("{'hosts':[null],'containers':[]}")).hasMessageContaining("null at position 0");
        assertThatThrownBy(() -> read("{'hosts':[],'containers':[{'id':'c','host':'x','cpuMillicores':1}]}")
                        .toSnapshot())
                .isInstanceOf(InvalidClusterException.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> read("{'hosts':[{'id':'h','capacityMillicores':1}],"
                                + "'containers':[{'id':'c','host':'h','cpuMillicores':-1}]}")
                        .toSnapshot())
                .isInstanceOf(InvalidClusterException.class)
                .hasMessageContaining("-1");
    }
}
