// SPDX-License-Identifier: MIT
#include "data/json/StateText.h"

#include "data/json/JsonReader.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace {

namespace {

constexpr std::string_view RealWord = "$real", TimestampWord = "$timestamp", BytesWord = "$bytes",
                           ObjectWord = "$object";
constexpr size_t LongestLine = 100;

bool isSimple(const Value &value)
{
    return !value.isList() && !value.isObject();
}

Value wrapped(std::string_view word, Value content)
{
    return Members{{std::string(word), std::move(content)}};
}

bool isNumber(const Value &value)
{
    return value.isNumber();
}

std::string hexOf(std::string_view bytes)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += Digits[static_cast<unsigned char>(byte) >> 4];
        text += Digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

class Writer
{
public:
    explicit Writer(bool isIndented) : m_isIndented(isIndented) {}

    std::string text;

    void value(const Value &value, size_t depth)
    {
        switch (value.type()) {
        case ValueType::Real: real(value.toReal()); break;
        case ValueType::Timestamp: {
            std::string written;
            appendTimestamp(written, value.toTimestamp());
            appendJson(text, wrapped(TimestampWord, Value(written)));
            break;
        }
        case ValueType::Bytes: appendJson(text, wrapped(BytesWord, Value(hexOf(value.toText())))); break;
        case ValueType::List: list(value.toList(), depth); break;
        case ValueType::Object: object(value.toObject(), depth); break;
        default: appendJson(text, value);
        }
    }

private:
    void real(double number)
    {
        if (!std::isfinite(number)) {
            appendJson(text, wrapped(RealWord, Value(std::isnan(number) ? "NaN"
                                                     : number > 0       ? "Infinity"
                                                                        : "-Infinity")));
            return;
        }
        if (number == 0 && std::signbit(number)) {
            text += "-0.0";
            return;
        }
        const std::string written = formatNumber(number);
        text += written;
        if (written.find_first_of(".e") == std::string::npos)
            text += ".0";
    }

    void list(const List &entries, size_t depth)
    {
        if (std::all_of(entries.begin(), entries.end(), isSimple)) {
            const size_t begin = text.size();
            text += '[';
            for (size_t i = 0; i < entries.size(); ++i) {
                text += i == 0 ? "" : ", ";
                value(entries[i], depth + 1);
            }
            text += ']';
            if (text.size() - begin <= LongestLine || std::all_of(entries.begin(), entries.end(), isNumber))
                return;
            text.resize(begin);
        }
        text += '[';
        for (size_t i = 0; i < entries.size(); ++i) {
            startLine(i, depth + 1);
            value(entries[i], depth + 1);
        }
        startLine(0, depth);
        text += ']';
    }

    void object(const Members &members, size_t depth)
    {
        const bool isMistakable = std::any_of(members.begin(), members.end(),
                                              [](const auto &member) { return member.first.starts_with('$'); });
        if (isMistakable)
            text += "{\"" + std::string(ObjectWord) + "\": ";
        text += '{';
        for (size_t i = 0; i < members.size(); ++i) {
            startLine(i, depth + 1);
            appendJsonText(text, members[i].first);
            text += ": ";
            value(members[i].second, depth + 1);
        }
        if (!members.empty())
            startLine(0, depth);
        text += '}';
        if (isMistakable)
            text += '}';
    }

    void startLine(size_t index, size_t depth)
    {
        text += index == 0 ? "" : m_isIndented ? "," : ", ";
        if (!m_isIndented)
            return;
        text += '\n';
        text.append(depth * 2, ' ');
    }

    const bool m_isIndented;
};

int digitOf(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Failure notUnderstood(std::string_view word, const Value &content)
{
    return failure(ErrorKind::Parse, "\"" + std::string(word) + "\" can't be " + toJson(content));
}

Result<Value> bytesFrom(const Value &content)
{
    const std::string_view text = content.isText() ? content.toText() : std::string_view("?");
    std::string bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
        const int high = digitOf(text[i]), low = digitOf(text[i + 1]);
        if (high < 0 || low < 0)
            return notUnderstood(BytesWord, content);
        bytes += char(high * 16 + low);
    }
    if (text.size() % 2 != 0)
        return notUnderstood(BytesWord, content);
    return Value::bytes(std::move(bytes));
}

Result<Value> realFrom(const Value &content)
{
    constexpr double Infinity = std::numeric_limits<double>::infinity();
    if (content == Value("NaN"))
        return Value(std::numeric_limits<double>::quiet_NaN());
    if (content == Value("Infinity"))
        return Value(Infinity);
    if (content == Value("-Infinity"))
        return Value(-Infinity);
    return notUnderstood(RealWord, content);
}

Result<Value> unwrapped(const Value &value);

Result<Value> unwrappedMembers(const Members &members)
{
    Members plain;
    for (const auto &[name, member] : members) {
        auto content = unwrapped(member);
        if (!content)
            return content;
        plain.emplace_back(name, *std::move(content));
    }
    return Value(std::move(plain));
}

Result<Value> unwrapped(const Value &value)
{
    if (value.isList()) {
        List entries;
        for (const Value &entry : value.toList()) {
            auto content = unwrapped(entry);
            if (!content)
                return content;
            entries.push_back(*std::move(content));
        }
        return Value(std::move(entries));
    }
    if (!value.isObject())
        return value;
    const Members &members = value.toObject();
    if (members.size() == 1 && members.front().first.starts_with('$')) {
        const auto &[word, content] = members.front();
        if (word == RealWord)
            return realFrom(content);
        if (word == BytesWord)
            return bytesFrom(content);
        Timestamp timestamp;
        if (word == TimestampWord && content.isText() && parseTimestamp(content.toText(), timestamp))
            return Value(timestamp);
        if (word == ObjectWord && content.isObject())
            return unwrappedMembers(content.toObject());
        return notUnderstood(word, content);
    }
    return unwrappedMembers(members);
}

} // namespace

std::string toStateText(const Value &value)
{
    Writer writer(true);
    writer.value(value, 0);
    return writer.text + '\n';
}

std::string toStateLine(const Value &value)
{
    Writer writer(false);
    writer.value(value, 0);
    return writer.text + '\n';
}

Result<Value> fromStateJson(const Value &json)
{
    return unwrapped(json);
}

Result<Value> parseStateText(std::string_view text)
{
    const auto json = parseJson(text);
    if (!json)
        return json.forward();
    return unwrapped(*json);
}

} // namespace millrace
