// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace millrace {

/// A manual page in the language of man(7). All text is escaped, so that it comes out as it went in.
class Roff
{
public:
    Roff(std::string_view name, int number, std::string_view date, std::string_view version);

    void section(std::string_view title);
    void subsection(std::string_view title);
    /// Empty lines in the text separate paragraphs.
    void paragraph(std::string_view text);
    /// What is said is to the right of the tag, which is bold, or below it.
    void entry(std::string_view tag, std::string_view text);
    /// The same, further to the right: belongs to the entry before.
    void subentry(std::string_view tag, std::string_view text);
    /// Text that keeps its lines.
    void example(std::string_view lines);
    /// The name in bold, what it is behind a dash.
    void name(std::string_view program, std::string_view summary);
    /// A reference to another page.
    void reference(std::string_view page, int number, bool isLast);

    const std::string &text() const { return m_text; }

private:
    void line(std::string_view macro, std::string_view escaped = {});

    std::string m_text;
    bool m_isAfterHeading = false;
};

} // namespace millrace
