package org.livemigrate.cli.fleet;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.rest.RestClient;
import picocli.CommandLine.Command;

/** The migrations that the controller knows of. */
@Command(
        name = "migrations",
        description = "Shows the migrations that are under way or ended.",
        footerHeading = "%nExample:%n",
        footer = "  live-migrate migrations --controller http://10.0.0.10:7070 --json")
public final class MigrationsCommand extends Listing<MigrationView> {

    @Override
    List<MigrationView> ask(RestClient controller) {
        return new HttpFleetApi(controller).migrations();
    }

    @Override
    String table(List<MigrationView> migrations) {
        return AsciiTable.builder()
                .border(AsciiTable.NO_BORDERS)
                .data(
                        migrations,
                        List.of(
                                new Column()
                                        .header("id")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(MigrationView::id),
                                new Column()
                                        .header("container")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(MigrationView::name),
                                new Column()
                                        .header("from")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(MigrationView::from),
                                new Column()
                                        .header("to")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(MigrationView::to),
                                new Column()
                                        .header("state")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(m -> m.outcome() == null
                                                ? m.phase()
                                                : m.outcome().word()),
                                new Column()
                                        .header("downtime [ms]")
                                        .with(m -> m.downtimeApiMs() == null
                                                ? ""
                                                : m.downtimeApiMs().toString()),
                                new Column()
                                        .header("why, or what went wrong")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .maxWidth(80)
                                        .with(m -> m.problem() == null
                                                ? m.reason()
                                                : m.problem().detail())))
                .asString();
    }
}
