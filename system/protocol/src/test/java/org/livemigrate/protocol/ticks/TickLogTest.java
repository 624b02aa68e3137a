package org.livemigrate.protocol.ticks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TickLogTest {

    private static final long MS = 1_000_000;

    private static String tick(String nonce, long count, long ms) {
        return nonce + " " + count + " " + ms * MS + "\n";
    }

    @Test
    void anUnbrokenCountAcrossAGapIsLifeWithADowntime() {
        TickLog log = TickLog.parse(tick("a", 1, 0) + tick("a", 2, 5) + tick("a", 3, 500) + tick("a", 4, 505));
        assertThat(log.lost()).isZero();
        assertThat(log.repeated()).isZero();
        assertThat(log.restarted()).isFalse();
        assertThat(log.longestGapMs(0, 600 * MS)).isEqualTo(495);
        assertThat(log.longestGapMs(501 * MS, 600 * MS)).isEqualTo(5);
        assertThat(log.p99GapMsBefore(10 * MS)).isEqualTo(5);
        assertThat(log.countAt(499 * MS)).isEqualTo(2);
        assertThat(log.lastCount()).isEqualTo(4);
    }

    @Test
    void missingNumbersAreLost() {
        assertThat(TickLog.parse(tick("a", 1, 0) + tick("a", 5, 5)).lost()).isEqualTo(3);
    }

    @Test
    void aNumberSeenTwiceIsASecondCopyOrARollBackAfterItRanOn() {
        TickLog log = TickLog.parse(tick("a", 1, 0) + tick("a", 2, 5) + tick("a", 2, 6) + tick("a", 3, 7));
        assertThat(log.repeated()).isEqualTo(1);
    }

    @Test
    void anotherNonceIsARestart() {
        assertThat(TickLog.parse(tick("a", 1, 0) + tick("b", 2, 5)).restarted()).isTrue();
    }

    @Test
    void aLineThatIsStillBeingWrittenIsLeftOutAndAForeignOneIsNamed() {
        assertThat(TickLog.parse(tick("a", 1, 0) + "a 2").ticks()).isEqualTo(1);
        assertThatThrownBy(() -> TickLog.parse("a 1 5\nhello\n"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("hello");
        assertThat(TickLog.parse("").ticks()).isZero();
    }
}
