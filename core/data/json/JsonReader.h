// SPDX-License-Identifier: MIT
#pragma once

#include "data/json/JsonFault.h"
#include "data/json/JsonSpelling.h"
#include "data/Result.h"
#include "data/Value.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Reads JSON texts (RFC 8259) one after the other with the same buffers: for readers that take a line at a time.
///
/// Whole numbers that fit a signed integer of 64 bits become integers, those that don't keep their digits as texts; all other
/// numbers become reals. Of members with the same name the last counts.
/// Nesting beyond 1 000 levels is refused. One thread at a time.
class JsonReader
{
public:
    /// Bytes that may be read behind a text given to parsePadded().
    static constexpr size_t Padding = 64;

    JsonReader();
    ~JsonReader();
    JsonReader(JsonReader &&) noexcept;
    JsonReader &operator=(JsonReader &&) noexcept;

    /// One value, with nothing but white space around it. Fails with kind "parse" and a message that says where and
    /// why.
    Result<Value> parse(std::string_view text);
    /// The same without a copy of the text, behind which `Padding` bytes must be readable.
    Result<Value> parsePadded(std::string_view text);

    /// Whether NaN, Infinity and -Infinity, as Python writes them, are null from now on; else they are faults.
    void takeNonNumbers(bool asNull);
    /// Where in the text that failed last its fault is, if that can be said.
    const std::optional<JsonFault> &fault() const;
    /// The name of a member that an object of the text read last had twice; empty: there was none.
    const std::string &repeatedName() const;
    /// The first integer of the text read last that has more than 64 bits, and is a text in its value; empty: there was none.
    const std::string &longInteger() const;
    /// Whether it looks, from now on, for numbers that wouldn't be written again as they are.
    void keepSpellings(bool keeps);
    /// Those of the text read last. None where an object of it had a member twice.
    const std::vector<JsonSpelling> &spellings() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Reads one JSON text. Safe on any thread.
Result<Value> parseJson(std::string_view text);

} // namespace millrace
