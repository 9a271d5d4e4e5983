// SPDX-License-Identifier: MIT
// What is packed or in another encoding: any bytes are read to an end or refused, alike whether they come from a file or from what was
// kept of a stream, and a look at half of them ends as well.
#include "formats/text/BlockReader.h"
#include "fuzz/MemoryFile.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace millrace;

namespace {

/// The text, or why there is none. No more than a few MiB, as a few bytes may unpack to very many.
std::string textOf(BlockReader &reader, const Result<> &opened)
{
    constexpr size_t Most = size_t(4) << 20;
    if (!opened)
        return "not opened";
    std::string text;
    while (text.size() < Most) {
        text.append(reader.begin(), reader.available());
        reader.take(reader.available());
        if (reader.isAtEnd())
            return reader.encoding() + ": " + text;
        if (const auto read = reader.readMore(); !read)
            return text + " and a fault";
    }
    return "much";
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    constexpr std::array<const char *, 5> Encodings{BlockReader::AutoEncoding, "UTF-8", "UTF-16", "windows-1252",
                                                    "SHIFT_JIS"};
    const std::string encoding = Encodings[data[0] % Encodings.size()];
    const std::string_view bytes = fuzz::textOf(data + 1, size - 1);
    const fuzz::MemoryFile file(bytes);
    BlockReader fromFile, fromStream, cutOff;
    const std::string whole = textOf(fromFile, fromFile.open(file.path(), -1, encoding));
    const StreamHead head{file.path(), std::string(bytes), true};
    fuzz::require(textOf(fromStream, fromStream.open(file.path(), -1, encoding, &head)) == whole,
                  "a stream is read as a file is");
    const StreamHead half{file.path(), std::string(bytes.substr(0, bytes.size() / 2)), false};
    (void)textOf(cutOff, cutOff.open(file.path(), -1, encoding, &half));
    return 0;
}
