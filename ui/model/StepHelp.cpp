// SPDX-License-Identifier: MIT
#include "model/StepHelp.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <QStringList>

namespace millrace {

namespace {

QString escaped(std::string_view text)
{
    return toQString(text).toHtmlEscaped();
}

QString portsText(const StepType &type)
{
    QStringList ports;
    if (type.hasInput())
        ports << QStringLiteral("<b>in</b>");
    if (!type.portsParam.empty())
        ports << QStringLiteral("those that <code>%1</code> names").arg(escaped(type.portsParam));
    for (const std::string &port : type.outputPorts)
        ports << QStringLiteral("<b>%1</b>").arg(escaped(port));
    if (type.hasErrorPort())
        ports << QStringLiteral("<b>error</b> (items that failed)");
    return ports.join(QStringLiteral(", "));
}

QString rangeText(const Param &param)
{
    QStringList parts;
    if (!param.choices.empty()) {
        QStringList words;
        for (const std::string &choice : param.choices)
            words << QStringLiteral("<code>%1</code>").arg(escaped(choice));
        parts << words.join(QStringLiteral(", "));
    } else {
        parts << escaped(paramKindName(param.kind));
    }
    if (param.minimum > -1e300)
        parts << QStringLiteral("at least %1").arg(param.minimum);
    if (param.maximum < 1e300)
        parts << QStringLiteral("at most %1").arg(param.maximum, 0, 'f', 0);
    if (!param.unit.empty())
        parts << QStringLiteral("in %1").arg(escaped(param.unit));
    if (param.isRequired)
        parts << QStringLiteral("required");
    else if (!param.defaultValue.isNull())
        parts << QStringLiteral("default <code>%1</code>").arg(escaped(toJson(param.defaultValue)));
    return parts.join(QStringLiteral("; "));
}

} // namespace

QString helpPage(const StepType &type)
{
    QString page =
        QStringLiteral("<h2>%1</h2><p><code>%2</code> · %3</p><p>%4</p>")
            .arg(escaped(type.title), escaped(type.id), escaped(familyName(type.family)), escaped(type.help));
    if (!type.params.empty()) {
        page += QStringLiteral("<h3>Settings</h3>");
        for (const Param &param : type.params) {
            const std::string &title = param.title.empty() ? param.name : param.title;
            page += QStringLiteral("<p><b>%1</b> <code>%2</code><br>%3<br><small>%4</small></p>")
                        .arg(escaped(title), escaped(param.name), escaped(param.help), rangeText(param));
        }
    }
    page += QStringLiteral("<h3>Ports</h3><p>%1</p>").arg(portsText(type));
    QStringList facts;
    if (type.mostWorkers > 0)
        facts << QStringLiteral("Works with at most %1.")
                     .arg(formatNoun(uint64_t(type.mostWorkers), QStringLiteral("worker")));
    if (type.isOrdered)
        facts << QStringLiteral("Needs its batches in the order of the source.");
    if (type.changesItemCount)
        facts << QStringLiteral("May pass on more or fewer items than come in.");
    if (type.holdsBack)
        facts << QStringLiteral("May hold batches back for later.");
    if (type.isFittable)
        facts << QStringLiteral("Learns from the data before it transforms it.");
    if (!facts.isEmpty())
        page += QStringLiteral("<h3>Good to know</h3><p>%1</p>").arg(facts.join(QStringLiteral("<br>")));
    return page;
}

} // namespace millrace
