// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace millrace {

/// What a file that is no text is by its first bytes, with its article: "a PDF document". Empty: not known.
inline std::string_view binaryKindOf(std::string_view head)
{
    using namespace std::string_view_literals;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> Kinds{{
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "an old spreadsheet or another document of an office program"sv},
        {"%PDF-"sv, "a PDF document"sv},
        {"{\\rtf"sv, "a document of a word processor (RTF)"sv},
        {"PAR1"sv, "a Parquet file"sv},
        {"ARROW1\0"sv, "an Arrow file"sv},
        {"SQLite format 3\0"sv, "an SQLite database"sv},
        {"\x89PNG\r\n"sv, "a picture"sv},
        {"\xff\xd8\xff"sv, "a picture"sv},
        {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive"sv},
        {"Rar!\x1a\x07"sv, "a RAR archive"sv},
    }};
    for (const auto &[start, kind] : Kinds)
        if (head.starts_with(start))
            return kind;
    constexpr size_t TarMark = 257; // where a header of tar says so
    if (head.size() > TarMark && head.substr(TarMark).starts_with("ustar"sv))
        return "a tar archive"sv;
    return {};
}

} // namespace millrace
