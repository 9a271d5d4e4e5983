// SPDX-License-Identifier: MIT
#include "failures/FailedItemLine.h"

#include "data/json/JsonReader.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace {

namespace {

/// Whether JSON alone would give another value back: another type, or other digits.
bool losesInJson(const Value &value)
{
    switch (value.type()) {
    case ValueType::Timestamp:
    case ValueType::Bytes: return true;
    case ValueType::Real: return !std::isfinite(value.toReal()) || value.toReal() == std::trunc(value.toReal());
    case ValueType::List: return std::ranges::any_of(value.toList(), losesInJson);
    case ValueType::Object:
        return std::ranges::any_of(value.toObject(), [](const auto &member) { return losesInJson(member.second); });
    default: return false;
    }
}

LogRecord recordOf(const Value &item)
{
    LogRecord record;
    record.level = LogLevel::Error;
    record.step = textOf(item, "step");
    record.worker = int(wholeOf(item, "worker"));
    record.batch = wholeOf(item, "batch");
    record.hasItem = true;
    if (const Value *id = memberOf(item, "item"))
        record.itemId = *id;
    record.origin = textOf(item, "origin");
    record.kind = textOf(item, "kind");
    record.message = textOf(item, "message");
    record.trace = textOf(item, "trace");
    record.attempts = int(wholeOf(item, "attempts"));
    if (const Value *fields = memberOf(item, "fields"))
        record.item = *fields;
    return record;
}

/// In place of the values that JSON alone doesn't give back.
Value withExact(const Value &item, const Value &exact)
{
    if (!exact.isObject())
        return item;
    if (!item.isObject())
        return exact.toObject().empty() ? item : exact.toObject().front().second;
    Members members = item.toObject();
    for (auto &[name, value] : members)
        if (const Value *whole = memberOf(exact, name))
            value = *whole;
    return members;
}

/// Bytes of its line, nearly: more where texts have quotes and the like.
size_t roomFor(const LogRecord &record)
{
    size_t bytes = 512 + record.message.size() + record.trace.size();
    const auto add = [&bytes](const Value &value) { bytes += value.isText() ? value.toText().size() + 64 : 64; };
    if (record.item.isObject())
        for (const auto &[name, value] : record.item.toObject()) {
            bytes += name.size();
            add(value);
        }
    else
        add(record.item);
    return bytes;
}

} // namespace

std::string failedItemLine(const LogRecord &record)
{
    std::string line;
    line.reserve(roomFor(record)); // an item may be long, and is not to be there several times
    appendJson(line, Members{{"step", record.step},
                             {"worker", int64_t(record.worker)},
                             {"batch", record.batch},
                             {"item", record.itemId},
                             {"origin", record.origin},
                             {"kind", record.kind},
                             {"message", record.message},
                             {"trace", record.trace},
                             {"attempts", int64_t(record.attempts)}});
    line.back() = ',';
    line += "\"fields\":";
    appendJson(line, record.item);
    Members exact;
    if (record.item.isObject()) {
        for (const auto &[name, value] : record.item.toObject())
            if (losesInJson(value))
                exact.emplace_back(name, value);
    } else if (losesInJson(record.item)) {
        exact.emplace_back(std::string(), record.item);
    }
    if (!exact.empty()) {
        line += ",\"exact\":";
        line += toStateLine(exact);
        line.pop_back(); // its end of line
    }
    line += "}\n";
    return line;
}

std::optional<LogRecord> failedItemFrom(std::string_view line)
{
    const auto item = parseJson(line);
    if (!item || !item->isObject())
        return std::nullopt;
    LogRecord record = recordOf(*item);
    const Value *exact = memberOf(*item, "exact");
    const auto whole = exact ? fromStateJson(*exact) : Result<Value>(Value());
    if (!whole)
        return std::nullopt;
    record.item = withExact(record.item, *whole);
    return record;
}

} // namespace millrace
