// SPDX-License-Identifier: MIT
// Records of XML documents: of any bytes, by any piece, and what has failed stays so.
#include "formats/xml/XmlRecords.h"
#include "fuzz/Fuzz.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace millrace;

namespace {

class TextBytes final : public ByteSource
{
public:
    TextBytes(std::string_view text, size_t piece) : m_text(text), m_piece(piece) {}
    Result<size_t> read(char *to, size_t most) override
    {
        const size_t count = m_text.copy(to, std::min(most, m_piece));
        m_text.remove_prefix(count);
        return count;
    }

private:
    std::string_view m_text;
    size_t m_piece;
};

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    for (const size_t piece : {size_t(7), size_t(64) << 10}) {
        TextBytes bytes(text, piece);
        XmlRecords records(bytes, {});
        for (;;) {
            const auto record = records.next();
            if (!record)
                fuzz::require(!records.next(), "what has failed stays so");
            if (!record || !*record)
                break;
        }
    }
    return 0;
}
