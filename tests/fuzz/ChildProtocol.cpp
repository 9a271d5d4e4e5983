// SPDX-License-Identifier: MIT
// Whatever a child process sends: frames are taken or refused, and what they hold is read or refused.
#include "data/BatchCodec.h"
#include "Fuzz.h"
#include "metrics/Clock.h"
#include "process/Channel.h"

#include <unistd.h>

#include <array>

using namespace millrace;

namespace {

/// The beginning of a frame, so that what follows needn't be guessed: magic, kind, size, and that its body follows.
std::string frameAround(std::string_view body, uint32_t kind)
{
    constexpr uint32_t Magic = 0x4d694c72;
    const std::array<uint64_t, 3> header{Magic | uint64_t(kind) << 32, body.size(), 0};
    std::string frame(reinterpret_cast<const char *>(header.data()), sizeof header);
    return frame.append(body);
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t MostAtOnce = 32 * 1024; // what a socket takes without a reader
    if (size < 2 || size > MostAtOnce)
        return 0;
    auto ends = Channel::makePair();
    fuzz::require(ends.has_value(), "two ends can be had");
    const std::string_view text = fuzz::textOf(data + 2, size - 2);
    const std::string sent = data[0] % 4 == 0 ? std::string(text) : frameAround(text, data[1]);
    fuzz::require(::write(ends->second.number(), sent.data(), sent.size()) == ssize_t(sent.size()), "all is sent");
    ends->second.close();
    Channel channel(std::move(ends->first));
    while (const auto frame = channel.receive(steadyNanoseconds() + 1'000'000'000)) {
        std::string_view body = frame->body;
        if (const auto value = decodeValue(body)) {
            std::string again;
            encodeValue(again, *value);
            std::string_view rest = again;
            fuzz::require(decodeValue(rest).has_value() && rest.empty(), "what was written is read again");
        }
        BatchDecoder decoder;
        Batch batch;
        (void)decoder.decode(body, batch);
    }
    return 0;
}
