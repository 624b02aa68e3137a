package org.livemigrate.experiments.report;

/** The little Markdown that summaries are written in: paragraphs, bold, code. The heading is left out. */
final class Markdown {
    private Markdown() {}

    static String paragraphs(String markdown) {
        StringBuilder html = new StringBuilder();
        for (String block : markdown.split("\n\n")) {
            if (!block.isBlank() && !block.startsWith("#")) {
                html.append("<p>")
                        .append(Html.escape(block.strip())
                                .replaceAll("\\*\\*([^*]+)\\*\\*", "<b>$1</b>")
                                .replaceAll("`([^`]+)`", "<code>$1</code>"))
                        .append("</p>\n");
            }
        }
        return html.toString();
    }
}
