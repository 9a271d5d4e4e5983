// SPDX-License-Identifier: MIT
#include "formats/csv/CsvDelimiter.h"

namespace millrace {

Result<char> csvDelimiterOf(const std::string &text)
{
    if (text == "\\t")
        return '\t';
    if (text.size() != 1 || static_cast<unsigned char>(text[0]) >= 0x80)
        return failure(ErrorKind::Param,
                       "The delimiter must be one character, such as \",\" or \";\", or \\t for a tab.");
    if (text[0] == '"' || text[0] == '\n' || text[0] == '\r' || text[0] == '\0')
        return failure(ErrorKind::Param,
                       "Quotes and line ends can't be the delimiter; use \",\", \";\" or \\t for a tab.");
    return text[0];
}

} // namespace millrace
