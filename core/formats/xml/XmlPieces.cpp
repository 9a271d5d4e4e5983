// SPDX-License-Identifier: MIT
#include "formats/xml/XmlPieces.h"

#include <algorithm>

namespace millrace {

Result<std::string_view> XmlPieces::next()
{
    constexpr size_t Piece = 64 * 1024; // bytes that are read at a time
    const size_t room = MostOfToken - std::min(m_ofToken, MostOfToken);
    const size_t wanted = std::clamp(m_ofToken, Piece, room + Piece);
    if (m_bytes.size() != wanted)
        m_bytes = std::vector<char>(wanted);
    // What comes slowly is handed on as it comes; only what is long is waited for.
    const size_t least = m_ofToken < Piece ? 1 : wanted;
    size_t size = 0;
    while (size < least) {
        const auto count = m_from.read(m_bytes.data() + size, wanted - size);
        if (!count)
            return count.forward();
        if (*count == 0)
            break;
        size += *count;
    }
    m_ofToken += size;
    return std::string_view(m_bytes.data(), size);
}

} // namespace millrace
