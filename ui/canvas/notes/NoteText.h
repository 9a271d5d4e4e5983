// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

class QTextDocument;

namespace millrace {

/// Lays out a note's Markdown, which may be somebody else's: nothing is loaded. A picture stands there by its name, and HTML as the
/// text that it is.
void setNoteText(QTextDocument &document, const QString &markdown);

} // namespace millrace
