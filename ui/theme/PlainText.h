// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace millrace {

/// The text for a tool tip that shows it as it is. Qt takes a tool tip for rich text where its first line looks so; what a file,
/// an item or a program says could then load files and addresses. Where a text is taken for rich, it comes back as rich text
/// that says it: its lines and spaces stay. Labels are plain by makeLabel().
QString plainToolTip(const QString &text);
/// The one above the other, with an empty line between them. The lower one is a tool tip as plainToolTip() makes it.
QString plainToolTip(const QString &text, const QString &toolTip);

} // namespace millrace
