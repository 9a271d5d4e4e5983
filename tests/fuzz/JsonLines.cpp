// SPDX-License-Identifier: MIT
// What the reader of JSON Lines puts into columns is what each line is, read by itself.
#include "data/json/JsonReader.h"
#include "formats/json/JsonDecoder.h"
#include "formats/text/RecordCutter.h"
#include "Fuzz.h"

#include <algorithm>

using namespace millrace;

namespace {

/// Equal as values; a real without a fraction is its integer, for a column of reals makes it one.
bool isSame(const Value &a, const Value &b)
{
    if (a.isNumber() && b.isNumber())
        return a.toReal() == b.toReal();
    return a.type() == b.type() && toJson(a) == toJson(b);
}

void compare(const Batch &batch, size_t row, const Value &line)
{
    const Value made = batch.item(row);
    const auto isMember = [](const Members &members, const std::string &name, const Value &value) {
        return std::any_of(members.begin(), members.end(),
                           [&](const auto &member) { return member.first == name && isSame(member.second, value); });
    };
    const Value object = line.isObject() ? line : Value(Members{{"value", line}});
    for (const auto &[name, value] : object.toObject())
        fuzz::require(isMember(made.toObject(), name, value), "a member is in its column: " + name);
    for (const auto &[name, value] : made.toObject())
        fuzz::require(value.isNull() || isMember(object.toObject(), name, value), "nothing else is: " + name);
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    RecordRun run;
    LineCutter(true).cut(text, true, SIZE_MAX, run);
    if (run.rows == 0)
        return 0;
    const auto block = std::make_shared<TextBlock>();
    block->bytes.assign(text.begin(), text.end());
    block->bytes.resize(size + JsonReader::Padding);
    JsonDecoder decoder(jsonRecordLayoutOf(text.substr(0, size / 2), true, false));
    Batch batch;
    batch.setRaw({block, run.skippedBytes, run.bytes, run.rows});
    decoder.decode(batch);
    fuzz::require(batch.size() == run.rows, "an item a line");
    std::vector<bool> hasFailed(batch.size());
    for (const ItemError &error : batch.errors())
        hasFailed[error.row] = true;
    size_t row = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (isBlankLine(line))
            continue;
        const auto value = parseJson(line);
        fuzz::require(value.has_value() || hasFailed[row], "what is no JSON fails");
        if (value && !hasFailed[row])
            compare(batch, row, *value);
        ++row;
    }
    return 0;
}
