// SPDX-License-Identifier: MIT
#include "formats/bytes/WholeText.h"

#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/FileBytes.h"
#include "formats/bytes/Transcoder.h"
#include "formats/bytes/Unpacker.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace millrace {

namespace {

constexpr size_t LeastRoom = 64 * 1024;
constexpr size_t MostOfUnknown = size_t(1) << 30; // of what doesn't say how long it is

/// Nothing: all was read before.
class NoBytes final : public ByteSource
{
public:
    Result<size_t> read(char *, size_t) override { return size_t(0); }
};

Result<std::string> readAll(ByteSource &source, size_t expected, size_t most, const std::string &path)
{
    std::string text;
    size_t room = expected > 0 ? expected + 1 : LeastRoom;
    for (;;) {
        const size_t length = text.size();
        text.resize(length + room);
        const auto count = source.read(text.data() + length, room);
        text.resize(length + (count ? *count : 0));
        if (!count)
            return count.forward();
        if (*count == 0)
            return text;
        if (text.size() > most)
            return failure(ErrorKind::Io, inQuotes(path) + " goes on for more than " + std::to_string(most >> 20)
                                              + " MiB, too much to be read as a whole; choose a file.");
        room = std::max(LeastRoom, text.size());
    }
}

} // namespace

Result<std::string> readWholeText(const std::string &path)
{
    FileBytes file;
    if (auto opened = file.open(path); !opened)
        return opened.forward();
    const auto head = file.peek(HeadBytes);
    if (!head)
        return head.forward();
    const Packing packing = packingOf(*head);
    const std::unique_ptr<ByteSource> inner = packing == Packing::None ? nullptr : unpacked(file, packing);
    const bool isPlain = !inner && file.isRegular();
    auto text =
        readAll(inner ? *inner : file, isPlain ? size_t(file.length()) : 0, isPlain ? SIZE_MAX : MostOfUnknown, path);
    if (!text)
        return text;
    const EncodingGuess guess = guessEncoding(*text, true);
    if (guess.isSure && !isUtf8Name(guess.encoding)) {
        NoBytes nothing;
        auto transcoder = Transcoder::make(nothing, *std::move(text), guess.encoding);
        if (!transcoder)
            return transcoder.forward();
        text = readAll(**transcoder, 0, SIZE_MAX, path);
    }
    if (text && text->starts_with("\xEF\xBB\xBF"))
        text->erase(0, 3);
    return text;
}

} // namespace millrace
