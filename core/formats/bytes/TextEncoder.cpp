// SPDX-License-Identifier: MIT
#include "formats/bytes/TextEncoder.h"

#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/bytes/Transcoder.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace millrace {

bool isMarkedUtf8(std::string_view encoding)
{
    return encoding == MarkedUtf8 || encoding == "utf-8-bom" || encoding == "UTF-8-SIG" || encoding == "utf-8-sig";
}

Result<std::unique_ptr<TextEncoder>> TextEncoder::make(const std::string &encoding)
{
    iconv_t converter = ::iconv_open(encoding.c_str(), "UTF-8");
    if (reinterpret_cast<intptr_t>(converter) == -1)
        return failure(ErrorKind::Param, encodingProblem(encoding));
    return std::unique_ptr<TextEncoder>(new TextEncoder(converter, encoding));
}

TextEncoder::~TextEncoder()
{
    ::iconv_close(m_converter);
}

Result<> TextEncoder::append(std::string &bytes, std::string_view utf8)
{
    char *in = const_cast<char *>(utf8.data()); // which iconv only reads
    size_t left = utf8.size();
    while (left > 0) {
        const size_t used = bytes.size();
        bytes.resize(used + left + left / 4 + 16);
        char *out = bytes.data() + used;
        size_t room = bytes.size() - used;
        const size_t converted = ::iconv(m_converter, &in, &left, &out, &room);
        const int reason = converted == size_t(-1) ? errno : 0;
        bytes.resize(bytes.size() - room);
        if (reason == 0 || reason == E2BIG)
            continue;
        ::iconv(m_converter, nullptr, nullptr, nullptr, nullptr);
        const std::string_view rest(in, left);
        const size_t length = utf8SequenceLength(rest);
        if (length == 0)
            return failure(ErrorKind::Type, "a text isn't UTF-8, so it can't be written as " + m_encoding);
        return failure(ErrorKind::Type, "the character " + inQuotes(rest.substr(0, length)) + " can't be written as "
                                            + m_encoding + "; choose another \"encoding\", such as UTF-8");
    }
    return {};
}

} // namespace millrace
