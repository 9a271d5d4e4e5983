// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "formats/bytes/ByteSource.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace millrace {

/// A document in pieces, for a parser that begins anew at the beginning of a tag, comment or text whenever it gets more of it: the pieces
/// grow while one of them isn't whole, so that the time grows with its length and no faster. Borrows `from`. One thread.
class XmlPieces
{
public:
    static constexpr size_t MostOfToken = size_t(64) << 20; ///< bytes of one tag, comment or text

    explicit XmlPieces(ByteSource &from) : m_from(from) {}

    /// The next piece, valid until the next call; empty: there is no more. Fails as the source does.
    Result<std::string_view> next();
    /// A tag, comment or text was whole.
    void endToken() { m_ofToken = 0; }
    /// Whether more than MostOfToken bytes were given since then.
    bool isTokenTooLong() const { return m_ofToken > MostOfToken; }

private:
    ByteSource &m_from;
    std::vector<char> m_bytes;
    size_t m_ofToken = 0; ///< bytes given since one was whole
};

} // namespace millrace
