// SPDX-License-Identifier: MIT
#include "expression/ScriptText.h"

#include <QString>

namespace millrace {

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace millrace
