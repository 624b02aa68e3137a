package org.livemigrate.cli.fleet;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Locale;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.rest.RestClient;
import picocli.CommandLine.Command;
import tools.jackson.core.type.TypeReference;

/** The fleet's containers. */
@Command(
        name = "ps",
        description = "Shows the containers of the fleet, where they run and what they use.",
        footerHeading = "%nExample:%n",
        footer = "  live-migrate ps --controller http://10.0.0.10:7070 --json")
public final class PsCommand extends Listing<ContainerView> {

    @Override
    List<ContainerView> ask(RestClient controller) {
        return controller.get("/v1/containers", new TypeReference<List<ContainerView>>() {});
    }

    @Override
    String table(List<ContainerView> containers) {
        return AsciiTable.builder()
                .border(AsciiTable.NO_BORDERS)
                .data(
                        containers,
                        List.of(
                                new Column()
                                        .header("name")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(ContainerView::name),
                                new Column()
                                        .header("id")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(c -> c.id().substring(0, Math.min(12, c.id().length()))),
                                new Column()
                                        .header("host")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(c -> c.movingTo() == null ? c.host() : c.host() + " -> " + c.movingTo()),
                                new Column()
                                        .header("state")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(ContainerView::state),
                                new Column().header("CPU [millicores]").with(c -> Long.toString(c.cpuMillicores())),
                                new Column()
                                        .header("memory [MiB]")
                                        .with(c -> String.format(Locale.ROOT, "%.1f", c.memoryBytes() / 1048576.0))))
                .asString();
    }
}
