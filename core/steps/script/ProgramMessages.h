// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/json/JsonReader.h"
#include "data/MadeItems.h"
#include "data/Result.h"
#include "steps/Step.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The text with U+FFFD for what is no UTF-8: what programs say may be anything.
std::string fixedText(std::string_view text);

/// Writes items as lines of JSON for programs, and reads what they answer. One thread at a time.
class ProgramMessages
{
public:
    /// `settings`, an object, and `ports`, where there are several, are those of a step that a manifest declares.
    static std::string init(const StepContext &context,
                            const std::string &folder,
                            const Value &settings = {},
                            const std::vector<std::string> &ports = {});

    /// `{"op":"batch","id":7,"items":[…]}` and a newline, appended.
    void appendBatch(std::string &text, const Batch &batch, int64_t id);
    /// The same as `{"op":"batch","id":7,"count":2,"names":["a"],"columns":[[1,2]]}`, for programs that said they take it.
    static void appendColumns(std::string &text, const Batch &batch, int64_t id);
    /// An item and a newline, appended.
    void appendItem(std::string &text, const Batch &batch, size_t row);

    /// What a program of the protocol `batch` says. Fails with kind "protocol" for anything else.
    Result<Value> parse(std::string_view line);
    /// Takes over `{"id":7,"results":[…]}`, or `{"id":7,"names":["a"],"columns":[[1,2]]}` with an item made of each; a column that is null
    /// is as it came in. Fails with kind "protocol" where the results are no match for the batch. `names`: of the
    /// ports; where a result names another than the first one, `ports` has one for each item that was made.
    static Result<> takeResults(const Value &answer,
                                int64_t id,
                                const Batch &batch,
                                MadeItems &made,
                                const std::vector<std::string> &names,
                                std::vector<uint8_t> &ports);
    /// Takes over a line of the protocol `lines`: an item, a list of items, or null.
    Result<> takeLine(std::string_view line, uint32_t row, MadeItems &made);

private:
    void useSchema(const SchemaPtr &schema);
    void appendFields(std::string &text, const Batch &batch, size_t row) const;

    JsonReader m_reader;
    SchemaPtr m_schema;
    std::vector<std::string> m_names; ///< `"name":` with what stands before it
};

} // namespace millrace
