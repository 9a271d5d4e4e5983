// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <string>
#include <string_view>

namespace millrace {

/// UTF-8 of the core to the text of the window. The core keeps UTF-8; QString lives in the window only.
inline QString toQString(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

inline std::string toUtf8(const QString &text)
{
    return text.toStdString();
}

} // namespace millrace
