// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <string>
#include <vector>

namespace millrace {

/// A path with fields in braces, such as out/{country}/{day}.csv: items with other values belong to other files.
class PathTemplate
{
public:
    explicit PathTemplate(const std::string &text);

    /// Whether there is no field in it, so that it is a path as it stands.
    bool isPlain() const { return m_fields.empty(); }
    const std::vector<std::string> &fields() const { return m_fields; }
    /// The folder in front of the first field: "out"; empty: the current one.
    std::string fixedFolder() const;
    /// The path for an item. `columns`: of each field; SIZE_MAX: the items lack it. A value is one part of it at most: what can't be in
    /// a name is written as % and two hexadecimal digits, null as "null", an empty text as "empty", these words as "%6Eull" and
    /// "%65mpty".
    std::string pathFor(const Batch &batch, size_t row, const std::vector<size_t> &columns) const;

    /// The texts with what `append(to, field)` puts between them, `field` being a number in fields().
    template <class Append>
    std::string filled(const Append &append) const
    {
        std::string text;
        for (size_t i = 0; i < m_fields.size(); ++i) {
            text += m_texts[i];
            append(text, i);
        }
        return text += m_texts.back();
    }
    /// What stands in front of the first field: all, where there is none.
    const std::string &beginning() const { return m_texts.front(); }

private:
    std::vector<std::string> m_fields, m_texts; ///< m_texts[i] stands before m_fields[i]; one more behind the last
};

} // namespace millrace
