// SPDX-License-Identifier: MIT
#include "theme/PlainText.h"

#include <QTextDocument>

namespace millrace {

namespace {

QString asRich(const QString &text)
{
    return QStringLiteral("<span style=\"white-space:pre-wrap\">") + text.toHtmlEscaped() + QStringLiteral("</span>");
}

} // namespace

QString plainToolTip(const QString &text)
{
    return Qt::mightBeRichText(text) ? asRich(text) : text;
}

QString plainToolTip(const QString &text, const QString &toolTip)
{
    if (toolTip.isEmpty())
        return plainToolTip(text);
    const QString whole = text + QStringLiteral("\n\n");
    return Qt::mightBeRichText(toolTip) ? asRich(whole) + toolTip : plainToolTip(whole + toolTip);
}

} // namespace millrace
