// SPDX-License-Identifier: MIT
#include "data/json/JsonReader.h"

#include "data/SpareMemory.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace millrace {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr size_t DeepestNesting = 1000;
constexpr size_t FewMembers = 16; // up to here looking through them is quicker than a hash table

static_assert(JsonReader::Padding >= simdjson::SIMDJSON_PADDING);

/// What is to be known of a text beside its value.
struct Noticed
{
    std::string repeated;        ///< the name of a member that was there twice
    std::string longInteger;     ///< the first one of more than 64 bits
    bool mayBeRespelled = false; ///< there are numbers that may not be written again as they are
};

Value toValue(const element &json, Noticed &noticed);

/// Most names differ in their length or first character, which is seen without a call.
bool isSameName(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && (left.empty() || (left.front() == right.front() && left == right));
}

/// Of members with the same name the last value counts, at the first one's place.
Members toMembers(const simdjson::dom::object &object, Noticed &noticed)
{
    Members members;
    std::unordered_map<std::string_view, size_t> places; // keys point into the parsed text
    const bool areMany = object.size() > FewMembers;
    members.reserve(object.size());
    for (const auto &[name, json] : object) {
        size_t place = members.size();
        if (areMany) {
            place = places.try_emplace(name, place).first->second;
        } else {
            for (size_t i = 0; i < members.size() && place == members.size(); ++i)
                place = isSameName(members[i].first, name) ? i : place;
        }
        if (place == members.size()) {
            members.emplace_back(name, toValue(json, noticed));
        } else {
            members[place].second = toValue(json, noticed);
            noticed.repeated = name;
        }
    }
    return members;
}

Value toValue(const element &json, Noticed &noticed)
{
    switch (json.type()) {
    case element_type::NULL_VALUE: return {};
    case element_type::BOOL: return {bool(json)};
    case element_type::INT64: {
        const int64_t integer = json;
        noticed.mayBeRespelled |= integer == 0; // or -0
        return {integer};
    }
    case element_type::UINT64: {
        std::string digits = std::to_string(uint64_t(json));
        if (noticed.longInteger.empty())
            noticed.longInteger = digits;
        return {digits};
    }
    case element_type::DOUBLE: noticed.mayBeRespelled = true; return {double(json)};
    case element_type::STRING: return {std::string_view(json)};
    case element_type::OBJECT: return {toMembers(json, noticed)};
    case element_type::ARRAY: break;
    }
    const simdjson::dom::array array = json;
    List list;
    list.reserve(array.size());
    for (const element entry : array)
        list.push_back(toValue(entry, noticed));
    return {std::move(list)};
}

bool fitsSixtyFourBits(std::string_view digits, bool isNegative)
{
    uint64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc())
        return false;
    return !isNegative || value <= uint64_t(1) << 63;
}

/// simdjson refuses integers of more than 64 bits: puts each in quotes, so that it keeps its digits as a text. `first`: the first of them.
/// Empty: there is none.
std::string withTextsForLongIntegers(std::string_view text, std::string &first)
{
    std::string changed;
    size_t copied = 0; // of the text
    bool isInText = false;
    for (size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (isInText || c < '0' || c > '9') {
            if (c == '"')
                isInText = !isInText;
            at += isInText && c == '\\' ? 2 : 1;
            continue;
        }
        const size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
        const char follower = end < text.size() ? text[end] : '\0';
        const bool isWhole = follower != '.' && follower != 'e' && follower != 'E';
        const bool isNegative = at > 0 && text[at - 1] == '-';
        if (isWhole && !fitsSixtyFourBits(text.substr(at, end - at), isNegative)) {
            const std::string_view integer = text.substr(at - isNegative, end - at + isNegative);
            changed.append(text, copied, at - isNegative - copied);
            changed += '"';
            changed += integer;
            changed += '"';
            copied = end;
            if (first.empty())
                first = integer;
        }
        // The fraction and the exponent stay as they are.
        at = isWhole ? end : std::min(text.find_first_not_of("0123456789.eE+-", end), text.size());
    }
    if (copied > 0)
        changed.append(text, copied);
    return changed;
}

/// NaN, Infinity and -Infinity outside of texts as null.
std::string withNullsForNonNumbers(std::string_view text)
{
    std::string changed;
    bool isInText = false;
    for (size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        size_t length = 0;
        for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
            length = !isInText && rest.starts_with(word) ? word.size() : length;
        if (length > 0) {
            changed += "null";
            at += length;
            continue;
        }
        if (text[at] == '"')
            isInText = !isInText;
        const size_t taken = isInText && text[at] == '\\' ? 2 : 1;
        changed += rest.substr(0, taken);
        at += taken;
    }
    return changed;
}

/// Whether a JSON text may begin so: its first character that is no white space does, or there is a byte-order mark.
bool mayBegin(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\n\r");
    return first != std::string_view::npos
           && std::string_view("{[\"-0123456789tfnNI\xEF").find(text[first]) != std::string_view::npos;
}

Failure faultOf(std::string_view text, simdjson::error_code code, std::optional<JsonFault> &found)
{
    if (code == simdjson::DEPTH_ERROR) {
        const std::string levels = "nested more than " + std::to_string(DeepestNesting) + " levels deep";
        found = findJsonFault(text, DeepestNesting - 1);
        if (found)
            found->text = "it is " + levels;
        return failure(ErrorKind::Parse,
                       "the JSON is " + levels
                           + (found ? ", from column " + std::to_string(found->column) + " on" : std::string()));
    }
    found.reset();
    if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC)
        return failure(ErrorKind::Parse, "the JSON text is too long: 4 GiB is the most");
    found = findJsonFault(text);
    if (found)
        return failure(ErrorKind::Parse, "not valid JSON: " + describeJsonFault(text));
    if (code == simdjson::NUMBER_ERROR)
        return failure(ErrorKind::Parse, "not valid JSON: a number in it is too large");
    return failure(ErrorKind::Parse, std::string("not valid JSON: ") + simdjson::error_message(code));
}

} // namespace

struct JsonReader::Private
{
    simdjson::dom::parser parser;
    bool isReady = false, nullsNonNumbers = false, keepsSpellings = false;
    std::string spelled; ///< a text without what JSON doesn't know
    std::optional<JsonFault> fault;
    Noticed noticed;
    std::vector<JsonSpelling> spellings;

    void forgetLast()
    {
        if (!noticed.repeated.empty())
            noticed.repeated.clear();
        if (!noticed.longInteger.empty())
            noticed.longInteger.clear();
        noticed.mayBeRespelled = false;
        if (!spellings.empty())
            spellings.clear();
    }
    Result<Value> parse(std::string_view text, bool mustCopy)
    {
        forgetLast();
        if (!mayBegin(text)) // spares a long text a copy, and what simdjson keeps beside it
            return faultOf(text, simdjson::TAPE_ERROR, fault);
        if (!isReady) {
            if (const auto code = parser.allocate(4096, DeepestNesting))
                return faultOf(text, code, fault);
            isReady = true;
        }
        element json;
        auto code = parser.parse(text.data(), text.size(), mustCopy).get(json);
        if (code && nullsNonNumbers) {
            spelled = withNullsForNonNumbers(text);
            text = spelled;
            code = parser.parse(spelled).get(json);
        }
        // By what an integer of more than 64 bits fails depends on simdjson's version.
        if (code && code != simdjson::CAPACITY && code != simdjson::MEMALLOC && code != simdjson::DEPTH_ERROR) {
            if (std::string changed = withTextsForLongIntegers(text, noticed.longInteger); !changed.empty()) {
                spelled = std::move(changed);
                text = spelled;
                code = parser.parse(spelled).get(json);
            }
        }
        Result<Value> value = code ? Result<Value>(faultOf(text, code, fault)) : Result<Value>(toValue(json, noticed));
        if (!code && keepsSpellings && noticed.mayBeRespelled && noticed.repeated.empty())
            findSpellings(text);
        if (text.size() > MostSpareMemory)
            giveBackMemory();
        return value;
    }
    void findSpellings(std::string_view text)
    {
        const auto &parsed = *parser.implementation;
        if (!text.starts_with('\xEF')) // a byte-order mark, which simdjson leaves out
            spellings = jsonSpellingsOf(text, {parsed.structural_indexes.get(), parsed.n_structural_indexes});
    }

    void giveBackMemory()
    {
        parser = simdjson::dom::parser();
        spelled = std::string();
        isReady = false;
    }
};

JsonReader::JsonReader() : d(std::make_unique<Private>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader &&) noexcept = default;
JsonReader &JsonReader::operator=(JsonReader &&) noexcept = default;

Result<Value> JsonReader::parse(std::string_view text)
{
    return d->parse(text, true);
}

Result<Value> JsonReader::parsePadded(std::string_view text)
{
    return d->parse(text, false);
}

void JsonReader::takeNonNumbers(bool asNull)
{
    d->nullsNonNumbers = asNull;
}

const std::optional<JsonFault> &JsonReader::fault() const
{
    return d->fault;
}

const std::string &JsonReader::repeatedName() const
{
    return d->noticed.repeated;
}

const std::string &JsonReader::longInteger() const
{
    return d->noticed.longInteger;
}

void JsonReader::keepSpellings(bool keeps)
{
    d->keepsSpellings = keeps;
}

const std::vector<JsonSpelling> &JsonReader::spellings() const
{
    return d->spellings;
}

Result<Value> parseJson(std::string_view text)
{
    return JsonReader().parse(text);
}

} // namespace millrace
