// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"

#include <string>
#include <string_view>

namespace millrace {

/// Appends a batch (fields, items, ids, origin, sequence number) in a compact binary form, for files and processes of
/// this same program on this machine: byte order and layout are the machine's own. Columns that it shares with a batch which the
/// reader has, too, are only named.
void encodeBatch(std::string &bytes, const Batch &batch, const Batch *known = nullptr);

/// The same for a value of any depth, alone.
void encodeValue(std::string &bytes, const Value &value);
/// Takes a value from the front of the bytes.
Result<Value> decodeValue(std::string_view &bytes);

/// Makes of the batch what another process has made of it, and empties that: items, ids and rows. Where it came from stays.
void takeItems(Batch &batch, Batch &answer);

/// Reads what encodeBatch() wrote. Keeps the last schema, so that a stream of batches shares one. One thread at a time.
class BatchDecoder
{
public:
    /// `known`: what was known to encodeBatch().
    Result<> decode(std::string_view bytes, Batch &batch, const Batch *known = nullptr);

private:
    SchemaPtr m_schema;
};

} // namespace millrace
