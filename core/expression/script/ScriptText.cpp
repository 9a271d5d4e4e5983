// SPDX-License-Identifier: MIT
#include "expression/script/ScriptText.h"

#include <QString>

namespace millrace {

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

std::string shortText(const QString &text)
{
    constexpr qsizetype Longest = 2'000;
    if (text.size() <= Longest)
        return text.toStdString();
    return text.left(Longest).toStdString() + "\u2026";
}

} // namespace millrace
