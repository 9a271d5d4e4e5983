// SPDX-License-Identifier: MIT
#include "expression/script/ScriptMessages.h"

#include "data/BatchCodec.h"
#include "data/json/ObjectMembers.h"
#include "expression/values/Words.h"

namespace millrace {

void encodeOpening(std::string &bytes, std::string_view source, const ScriptLimits &limits)
{
    encodeValue(
        bytes,
        Members{{"source", Value(source)}, {"seconds", Value(limits.seconds)}, {"mebibytes", Value(limits.mebibytes)}});
}

void encodeErrors(std::string &bytes, const std::vector<ItemError> &errors)
{
    List list;
    for (const ItemError &error : errors)
        list.emplace_back(Members{{"row", Value(int64_t(error.row))},
                                  {"kind", Value(error.kind)},
                                  {"message", Value(error.message)},
                                  {"trace", Value(error.trace)}});
    encodeValue(bytes, Value(std::move(list)));
}

Result<std::vector<ItemError>> decodeErrors(std::string_view &bytes)
{
    const auto said = decodeValue(bytes);
    if (!said || !said->isList())
        return failure(ErrorKind::Crash, "The process of the script engine answered something that isn't understood.");
    std::vector<ItemError> errors;
    for (const Value &error : said->toList())
        errors.push_back(
            {uint32_t(wholeOf(error, "row")), textOf(error, "kind"), textOf(error, "message"), textOf(error, "trace")});
    return errors;
}

std::string namedExpression(std::string_view written)
{
    constexpr size_t Longest = 120; // bytes
    if (written.size() <= Longest)
        return joined({"The expression ", written});
    size_t end = Longest;
    while (end > 0 && (uint8_t(written[end]) & 0xc0) == 0x80)
        --end; // within a character
    return joined({"The expression ", written.substr(0, end), "\u2026"});
}

Failure explainedEnd(const Error &error, std::string_view what, const ScriptLimits &limits)
{
    return failure(error.kind, error.message.empty() ? limitPassed(error.kind, what, limits) : error.message);
}

} // namespace millrace
