// SPDX-License-Identifier: MIT
#pragma once

#include "formats/text/RecordCutter.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Where in a file of text something stands.
struct TextPlace
{
    int64_t line = 1;
    uint32_t column = 1; ///< in characters, from 1

    /// Goes on behind that text.
    void pass(std::string_view text);
};

/// The kind of an error that concerns one document, which has no records where they should be.
inline constexpr const char *RecordsMissing = "missing";

/// Finds the records of JSON documents, one behind another: where a pointer (RFC 6901) leads in each, the elements of a list, or
/// what else is there. Of what lies beside the pointer's way only brackets and texts are looked at; nothing of it is held in memory.
///
/// advance() goes to the next record, then cut() finds as many as follow each other, then passed() says that they were taken.
class JsonCutter final : public RecordCutter
{
public:
    /// `pointer`: its parts, without escapes; none: the whole document.
    explicit JsonCutter(std::vector<std::string> pointer = {}) : m_pointer(std::move(pointer)) {}

    /// Takes what stands before the next record, and moves `place` on by it. False: there is no further record. Fails, with the line
    /// and the column, where the text isn't JSON and can't be followed any more, and, with the kind RecordsMissing, where the pointer
    /// leads nowhere in a document: the next call goes on behind that one.
    Result<bool> advance(BlockReader &reader, TextPlace &place);
    void cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const override;
    /// The records that cut() found are dealt with.
    void passed();
    /// The line that the document at hand begins in.
    int64_t documentLine() const { return m_documentLine; }
    /// Whether what is left of the file holds no record, as far as can be seen.
    static bool isOnlyEnd(std::string_view rest);

private:
    enum class Kind : uint8_t { Object, List, Records };
    enum class Spot : uint8_t { Open, Comma, Value, Behind };
    /// A list or an object on the way to the records.
    struct Frame
    {
        Kind kind = Kind::Records;
        Spot spot = Spot::Open;
        size_t index = 0; ///< of the next element
    };
    /// The value that is passed over.
    struct Skipped
    {
        enum class End : uint8_t { No, Before, Behind };

        /// One more byte: whether the value ends before or behind it.
        End take(char c);
        End takeOfText(char c);

        bool isActive = false, isScalar = false, isText = false, isEscaped = false;
        std::string closings;
    };
    enum class Found : uint8_t { Nothing, Record, More };

    Result<Found> step(BlockReader &reader, TextPlace &place);
    Result<Found> stepInFrame(BlockReader &reader, TextPlace &place, char next);
    Result<Found> stepToValue(BlockReader &reader, TextPlace &place, char next);
    Result<Found> stepToMember(BlockReader &reader, TextPlace &place);
    Result<Found> skipOn(BlockReader &reader, TextPlace &place);
    size_t lengthOfSkipped(std::string_view text);
    Result<> endDocument();
    void beginSkipping();
    Failure faultAt(const TextPlace &place, const std::string &text) const;
    std::string pointerText() const;

    std::vector<std::string> m_pointer;
    std::vector<Frame> m_frames;
    Skipped m_skipped;
    bool m_isFound = false;     ///< what the pointer leads to, in the document at hand
    int64_t m_documentLine = 0; ///< that it begins in
    std::string m_names;        ///< of the members where the pointer's way ends
    size_t m_lostAt = 0;        ///< parts of the pointer that were there
};

/// The parts of a pointer such as "/data/items". Fails with a sentence.
Result<std::vector<std::string>> jsonPointerParts(const std::string &pointer);

} // namespace millrace
