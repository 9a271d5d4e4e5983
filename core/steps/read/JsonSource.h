// SPDX-License-Identifier: MIT
#pragma once

#include "formats/bytes/Encoding.h"
#include "formats/json/JsonDecoder.h"
#include "steps/read/LayoutSource.h"

#include <optional>
#include <vector>

namespace millrace {

/// What read.json and read.jsonl have in common.
class JsonSource : public LayoutSource<JsonRecordLayout, JsonDecoder>
{
public:
    JsonSource() { m_encoding = Utf8; } // as RFC 8259 says, but for marks

protected:
    static constexpr size_t SampledRecords = 1000;

    /// Declares what is made of NaN, and the fields that say where an item comes from.
    template <class T>
    static void describeItems(StepBuilder<T> &step)
    {
        step.param("nan", &JsonSource::m_nan)
            .choices({"fail", "null"})
            .title("NaN and Infinity")
            .help("What becomes of NaN, Infinity and -Infinity, which JSON doesn't know but Python writes: the item "
                  "fails, or they are null.");
        step.param("file", &JsonSource::m_addsFile)
            .title("Add the file's name")
            .help("Whether the items get a field file, with the file they come from.");
        step.param("line", &JsonSource::m_addsLine)
            .title("Add the line")
            .help("Whether the items get a field line, with the line of the file that they begin in, from 1.");
    }
    /// What the parameters add to a layout.
    JsonRecordLayout finished(JsonRecordLayout layout) const
    {
        layout.files = m_origins;
        addOriginFields(layout, m_addsFile, m_addsLine);
        return layout;
    }
    void copyTo(JsonSource &other) const
    {
        other.m_paths = m_paths;
        other.m_encoding = m_encoding;
        other.m_addsFile = m_addsFile;
        other.m_addsLine = m_addsLine;
        other.m_nan = m_nan;
    }
    /// The layout of a file that can be looked at, for a check. Nothing: what keeps it from being read is among the problems.
    std::optional<JsonRecordLayout> lookAt(const CheckContext &context, std::vector<StepProblem> &problems) const
    {
        std::string encodingGuess;
        auto layout = look(context, &encodingGuess);
        if (!encodingGuess.empty())
            problems.push_back({false, "encoding", encodingGuess});
        if (layout) {
            for (const std::string &warning : layout->warnings)
                problems.push_back({false, "path", warning});
            return *std::move(layout);
        }
        problems.push_back(problemOf(layout.error()));
        return std::nullopt;
    }

    bool nullsNonNumbers() const { return m_nan == "null"; }

    bool m_addsFile = false, m_addsLine = false;
    std::string m_nan = "fail";
};

} // namespace millrace
