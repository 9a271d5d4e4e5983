// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

class QByteArray;
class QString;

namespace millrace {

/// UTF-8 as Qt has it; what isn't UTF-8 becomes U+FFFD.
QString fromUtf8(std::string_view text);

/// UTF-8 of a script's text. Half a character (UTF-16) without its other half becomes U+FFFD; Qt makes a question mark of it.
QByteArray toUtf8(const QString &text);

/// For messages: what is longer than anybody reads is cut.
std::string shortText(const QString &text);

} // namespace millrace
