// SPDX-License-Identifier: MIT
#include "expression/script/ScriptText.h"

#include <QByteArray>
#include <QString>

#include <utility>

namespace millrace {

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QByteArray toUtf8(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    if (!bytes.contains('?') || text.isValidUtf16())
        return bytes;
    QString whole = text;
    for (qsizetype i = 0; i < whole.size(); ++i) {
        const bool isPair =
            whole[i].isHighSurrogate() && i + 1 < whole.size() && std::as_const(whole)[i + 1].isLowSurrogate();
        if (isPair)
            ++i;
        else if (whole[i].isSurrogate())
            whole[i] = QChar::ReplacementCharacter;
    }
    return whole.toUtf8();
}

std::string shortText(const QString &text)
{
    constexpr qsizetype Longest = 2'000;
    if (text.size() <= Longest)
        return text.toStdString();
    return text.left(Longest).toStdString() + "\u2026";
}

} // namespace millrace
