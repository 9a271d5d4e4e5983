// SPDX-License-Identifier: MIT
#include "formats/json/JsonCutter.h"

#include "data/json/JsonReader.h"
#include "data/text/Quote.h"
#include "formats/json/JsonExtent.h"
#include "formats/text/ByteMask.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace millrace {

namespace {

constexpr size_t MostNames = 400; // bytes of a message that lists members

size_t lineEndsIn(std::string_view text)
{
    size_t count = 0;
    const char *const end = text.data() + text.size();
    for (const char *from = text.data(); from < end; from += ByteMask::Width)
        count += ByteMask::count(ByteMask(from, end).find('\n'));
    return count;
}

/// Of UTF-8: the bytes that go on with a character, from 0x80 to 0xbf, aren't counted.
size_t charactersIn(std::string_view text)
{
    constexpr uint64_t Ones = 0x0101010101010101;
    size_t others = 0, at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        uint64_t word;
        std::memcpy(&word, text.data() + at, sizeof word);
        others += ((word >> 7 & ~(word >> 6) & Ones) * Ones) >> 56;
    }
    for (; at < text.size(); ++at)
        others += (uint8_t(text[at]) & 0xc0) == 0x80 ? 1 : 0;
    return text.size() - others;
}

} // namespace

void TextPlace::pass(std::string_view text)
{
    const size_t feed = text.rfind('\n');
    if (feed != std::string_view::npos) {
        line += int64_t(lineEndsIn(text.substr(0, feed + 1)));
        column = 1;
        text.remove_prefix(feed + 1);
    }
    column += uint32_t(charactersIn(text));
}

bool JsonCutter::isOnlyEnd(std::string_view rest)
{
    return std::ranges::all_of(
        rest, [](char c) { return jsonByteOf(c) == JsonByte::Space || jsonByteOf(c) == JsonByte::Closing; });
}

void JsonCutter::cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
    const bool isInList = !m_frames.empty() && m_frames.back().kind == Kind::Records;
    const bool isAlone = !m_frames.empty() && !isInList;
    while (run.rows < items) {
        size_t begin = run.bytes;
        if (run.rows > 0) {
            begin += jsonSpaceLength(text.substr(begin));
            if (isInList && begin < text.size() && text[begin] == ',') {
                ++begin;
                begin += jsonSpaceLength(text.substr(begin));
            } else if (isInList && begin < text.size()) {
                run.isOver = true;
            }
            if (begin >= text.size())
                return;
            // A document that is a list has records of its own; anything else that begins no value is a fault.
            const JsonByte next = jsonByteOf(text[begin]);
            run.isOver = run.isOver || isAlone || next == JsonByte::Closing || next == JsonByte::Separator
                         || (!isInList && text[begin] == '[');
            if (run.isOver)
                return;
        }
        const size_t length = jsonLength(text.substr(begin), atEnd);
        if (length == std::string_view::npos)
            return;
        run.lines += uint32_t(lineEndsIn(text.substr(run.bytes, begin - run.bytes)));
        run.addRecord(begin, run.lines);
        run.lines += uint32_t(lineEndsIn(text.substr(begin, length)));
        run.bytes = begin + length;
        run.isOver = isAlone;
        if (isAlone)
            return;
    }
}

void JsonCutter::passed()
{
    if (!m_frames.empty())
        m_frames.back().spot = Spot::Behind;
}

Result<bool> JsonCutter::advance(BlockReader &reader, TextPlace &place)
{
    for (;;) {
        const auto found = m_skipped.isActive ? skipOn(reader, place) : step(reader, place);
        if (!found)
            return found.forward();
        if (*found == Found::Record)
            return true;
        if (*found == Found::More) {
            if (reader.isAtEnd() && reader.available() == 0) {
                if ((m_frames.empty() && !m_skipped.isActive) || reader.isCutOff())
                    return false;
                return faultAt(place, "the file ends here, within the document that begins in line "
                                          + std::to_string(m_documentLine) + "; it seems to be cut off");
            }
            if (auto read = reader.readMore(); !read)
                return read.forward();
        }
    }
}

/// Takes white space and one thing more. More: the text at hand isn't enough.
Result<JsonCutter::Found> JsonCutter::step(BlockReader &reader, TextPlace &place)
{
    const std::string_view text(reader.begin(), reader.available());
    const size_t space = jsonSpaceLength(text);
    place.pass(text.substr(0, space));
    reader.take(space);
    if (reader.available() == 0)
        return Found::More;
    const char next = *reader.begin();
    if (!m_frames.empty() && m_frames.back().spot != Spot::Value)
        return stepInFrame(reader, place, next);
    if (m_frames.empty()) {
        m_isFound = false;
        m_documentLine = place.line;
        m_names.clear();
        m_lostAt = 0;
    }
    return stepToValue(reader, place, next);
}

/// Between the elements or members of what is on the way.
Result<JsonCutter::Found> JsonCutter::stepInFrame(BlockReader &reader, TextPlace &place, char next)
{
    Frame &frame = m_frames.back();
    const auto takeOne = [&] {
        reader.take(1);
        ++place.column;
    };
    const bool isObject = frame.kind == Kind::Object;
    if (next == (isObject ? '}' : ']') && frame.spot != Spot::Comma) {
        takeOne();
        m_frames.pop_back();
        if (m_frames.empty()) {
            if (auto ended = endDocument(); !ended)
                return ended.forward();
        } else {
            m_frames.back().spot = Spot::Behind;
        }
        return Found::Nothing;
    }
    if (frame.spot == Spot::Behind) {
        if (next != ',')
            return faultAt(place, isObject ? R"(expected "," or "}" after an object's member)"
                                           : R"(expected "," or "]" after a list's element)");
        takeOne();
        frame.spot = Spot::Comma;
        return Found::Nothing;
    }
    if (isObject)
        return stepToMember(reader, place);
    if (jsonByteOf(next) == JsonByte::Closing || jsonByteOf(next) == JsonByte::Separator)
        return faultAt(place,
                       frame.spot == Spot::Comma ? "expected another value after the comma" : "expected a value");
    if (frame.kind == Kind::Records)
        return Found::Record;
    if (std::to_string(frame.index++) == m_pointer[m_frames.size() - 1])
        frame.spot = Spot::Value;
    else
        beginSkipping();
    return Found::Nothing;
}

/// At the value that the pointer has led to so far.
Result<JsonCutter::Found> JsonCutter::stepToValue(BlockReader &reader, TextPlace &place, char next)
{
    if (jsonByteOf(next) == JsonByte::Closing || jsonByteOf(next) == JsonByte::Separator)
        return faultAt(place,
                       m_frames.empty() ? "expected another document or the end of the file" : "expected a value");
    const size_t depth = m_frames.size();
    const bool isThere = depth == m_pointer.size();
    m_isFound = m_isFound || isThere;
    if (depth > m_lostAt) {
        m_lostAt = depth;
        m_names.clear();
    }
    if (isThere && next != '[')
        return Found::Record;
    if (next != '[' && next != '{') {
        beginSkipping();
        return Found::Nothing;
    }
    const Kind kind = isThere ? Kind::Records : next == '[' ? Kind::List : Kind::Object;
    m_frames.push_back({kind});
    reader.take(1);
    ++place.column;
    return Found::Nothing;
}

/// At a member of an object on the way: takes its name, and the colon behind it.
Result<JsonCutter::Found> JsonCutter::stepToMember(BlockReader &reader, TextPlace &place)
{
    const std::string_view text(reader.begin(), reader.available());
    if (text[0] != '"')
        return faultAt(place, "expected a member's name in double quotes");
    const size_t length = jsonLength(text, reader.isAtEnd());
    if (length == std::string_view::npos && text.size() < BlockReader::MostRecord)
        return Found::More;
    const std::string_view written = text.substr(0, length);
    const auto name = parseJson(written);
    if (!name || !name->isText())
        return faultAt(place, "a member's name isn't closed or isn't valid");
    const size_t colon = written.size() + jsonSpaceLength(text.substr(written.size()));
    if (colon >= text.size())
        return reader.isAtEnd() ? Result<Found>(faultAt(place, "the file ends behind a member's name")) : Found::More;
    TextPlace behind = place;
    behind.pass(text.substr(0, colon));
    if (text[colon] != ':')
        return faultAt(behind, R"(expected ":" after a member's name)");
    place = behind;
    ++place.column;
    reader.take(colon + 1);
    const size_t depth = m_frames.size();
    if (name->toText() == m_pointer[depth - 1]) {
        m_frames.back().spot = Spot::Value;
    } else {
        if (m_lostAt < depth && m_names.size() < MostNames)
            m_names += (m_names.empty() ? "" : ", ") + inQuotes(std::string(name->toText()));
        beginSkipping();
    }
    return Found::Nothing;
}

void JsonCutter::beginSkipping()
{
    m_skipped = {};
    m_skipped.isActive = true;
}

/// Passes over as much of the value as is at hand.
Result<JsonCutter::Found> JsonCutter::skipOn(BlockReader &reader, TextPlace &place)
{
    const std::string_view text(reader.begin(), reader.available());
    const size_t length = lengthOfSkipped(text);
    place.pass(text.substr(0, length));
    reader.take(length);
    if (m_skipped.isActive && reader.isAtEnd() && m_skipped.isScalar)
        m_skipped.isActive = false;
    if (m_skipped.isActive)
        return Found::More;
    if (m_frames.empty()) {
        if (auto ended = endDocument(); !ended)
            return ended.forward();
    } else {
        m_frames.back().spot = Spot::Behind;
    }
    return Found::Nothing;
}

/// Of the value that is passed over, up to its end or that of the text.
size_t JsonCutter::lengthOfSkipped(std::string_view text)
{
    for (size_t at = 0; at < text.size(); ++at) {
        const Skipped::End end = m_skipped.take(text[at]);
        if (end == Skipped::End::No)
            continue;
        m_skipped.isActive = false;
        return at + (end == Skipped::End::Behind ? 1 : 0);
    }
    return text.size();
}

JsonCutter::Skipped::End JsonCutter::Skipped::takeOfText(char c)
{
    isText = isEscaped || c != '"';
    isEscaped = !isEscaped && c == '\\';
    return isText || !closings.empty() ? End::No : End::Behind;
}

JsonCutter::Skipped::End JsonCutter::Skipped::take(char c)
{
    if (isText)
        return takeOfText(c);
    const bool isInside = !closings.empty();
    switch (jsonByteOf(c)) {
    case JsonByte::Quote: isText = true; break;
    case JsonByte::Opening:
        if (isScalar)
            return End::Before;
        closings += jsonClosingOf(c);
        break;
    case JsonByte::Closing:
        if (!isInside)
            return End::Before;
        return closeJson(closings, c) && closings.empty() ? End::Behind : End::No;
    case JsonByte::Plain: isScalar = !isInside; break;
    case JsonByte::Space: return isScalar ? End::Before : End::No;
    case JsonByte::Separator: return isInside ? End::No : End::Before;
    }
    return End::No;
}

/// Whether the pointer has led somewhere.
Result<> JsonCutter::endDocument()
{
    if (m_isFound)
        return {};
    std::string text =
        "line " + std::to_string(m_documentLine) + ": the document that begins here has no " + inQuotes(pointerText());
    if (!m_names.empty())
        text += "; its members there are " + m_names;
    return failure(RecordsMissing, text + ". Choose another pointer for \"records\".");
}

Failure JsonCutter::faultAt(const TextPlace &place, const std::string &text) const
{
    return failure(ErrorKind::Parse, "line " + std::to_string(place.line) + ", column " + std::to_string(place.column)
                                         + ": not valid JSON: " + text + '.');
}

std::string JsonCutter::pointerText() const
{
    std::string text;
    for (const std::string &part : m_pointer)
        text += '/' + part;
    return text;
}

Result<std::vector<std::string>> jsonPointerParts(const std::string &pointer)
{
    std::vector<std::string> parts;
    if (pointer.empty())
        return parts;
    if (pointer.front() != '/')
        return failure(ErrorKind::Settings, "The pointer " + inQuotes(pointer)
                                                + " must begin with /, as in /data/items; empty: the whole document.");
    for (size_t at = 1; at <= pointer.size();) {
        const size_t end = std::min(pointer.find('/', at), pointer.size());
        std::string part;
        for (size_t i = at; i < end; ++i) {
            const bool isEscape = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
            part += !isEscape ? pointer[i] : pointer[i + 1] == '0' ? '~' : '/';
            i += isEscape ? 1 : 0;
        }
        parts.push_back(std::move(part));
        at = end + 1;
    }
    return parts;
}

} // namespace millrace
