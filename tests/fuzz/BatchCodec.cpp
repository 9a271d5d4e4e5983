// SPDX-License-Identifier: MIT
// What another process may send: damaged batches are refused, and whole ones are written as they were read.
#include "data/BatchCodec.h"
#include "Fuzz.h"

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BatchDecoder decoder;
    Batch batch;
    if (!decoder.decode(fuzz::textOf(data, size), batch))
        return 0;
    std::string written, again;
    encodeBatch(written, batch);
    Batch other;
    fuzz::require(decoder.decode(written, other).has_value(), "what was written is read again");
    encodeBatch(again, other);
    fuzz::require(written == again, "what is read again is written alike");
    return 0;
}
