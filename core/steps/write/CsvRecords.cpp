// SPDX-License-Identifier: MIT
#include "steps/write/CsvRecords.h"

namespace millrace {

bool CsvRecords::next(std::string_view &record)
{
    for (; m_at < m_text.size(); ++m_at) {
        const char c = m_text[m_at];
        if (c == '"' && m_hasQuotes)
            m_isQuoted = !m_isQuoted;
        if (c != '\n' || m_isQuoted)
            continue;
        record = std::string_view(m_text).substr(m_begin, m_at - m_begin);
        m_endsWithReturn = record.ends_with('\r');
        if (m_endsWithReturn)
            record.remove_suffix(1);
        m_begin = ++m_at;
        return true;
    }
    return false;
}

void appendLengthened(
    std::string &to, std::string_view text, bool hasQuotes, std::string_view more, std::string_view lineEnd)
{
    CsvRecords records(hasQuotes);
    records.add(text);
    for (std::string_view record; records.next(record);)
        ((to += record) += more) += lineEnd;
}

} // namespace millrace
