// SPDX-License-Identifier: MIT
#pragma once

#include "formats/bytes/ByteSource.h"

#include <iconv.h>

#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// Another encoding's bytes as UTF-8. What is no character of it comes out as a byte that isn't UTF-8, so that whoever takes the text
/// apart finds and names it, and nothing is replaced in silence.
class Transcoder final : public ByteSource
{
public:
    /// `begin` was read from the source before. Fails for an encoding that nobody knows.
    static Result<std::unique_ptr<Transcoder>> make(ByteSource &from, std::string begin, const std::string &encoding);
    ~Transcoder() override;

    Result<size_t> read(char *to, size_t most) override;

private:
    Transcoder(ByteSource &from, std::string begin, iconv_t converter, size_t unit);

    Result<> fill();
    void convert();
    void passOn(size_t bytes);

    ByteSource &m_from;
    iconv_t m_converter;
    size_t m_unit; ///< bytes of the encoding's shortest character
    std::string m_in;
    size_t m_inTaken = 0;
    std::vector<char> m_out;
    size_t m_outBegin = 0, m_outEnd = 0;
    bool m_atEnd = false;
};

/// Empty, or a sentence that says that nobody knows such an encoding.
std::string encodingProblem(const std::string &encoding);

} // namespace millrace
