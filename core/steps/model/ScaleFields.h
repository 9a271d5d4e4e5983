// SPDX-License-Identifier: MIT
#pragma once

#include "steps/InvertibleStep.h"
#include "steps/model/FieldModel.h"
#include "steps/transform/Numbers.h"

#include <string>
#include <vector>

namespace millrace {

/// What scale.standard and scale.minmax have in common: each number becomes (x - centre) * factor + offset, a real. Nulls stay.
class ScaleFields : public FieldModel, public InvertibleStep
{
public:
    Result<> invert(Batch &batch) final;

protected:
    struct Line
    {
        double centre = 0, factor = 1, offset = 0;
        double least = 0, most = 0; ///< that the result is cut to, where `isCut`
        bool isCut = false;
    };

    Fits fits(ValueType type) const final;
    std::string_view doing() const final { return "scaled"; }
    Result<> prepare(const Members &learnt) final;
    Result<> apply(Batch &batch, const std::vector<size_t> &targets) final;
    SchemaPtr changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const final;
    /// From what was learnt of a field; an error where it isn't that.
    virtual Result<Line> lineOf(const Value &learnt) const = 0;

private:
    template <class Change>
    void changeNumbers(Batch &batch, size_t field, size_t column, const char *cannot, Change change);

    std::vector<std::string> m_names;
    std::vector<Line> m_lines;
    Numbers m_numbers;
};

/// Reads columns of numbers for whatever is learnt of them. Nulls are left out.
class NumberLearner : public FieldLearner
{
public:
    explicit NumberLearner(std::string_view doing) : m_doing(doing) {}
    std::string problemOf(const std::string &field, const Column &column, size_t rows) final;
    Result<> take(const Column &, size_t) final { return takeNumbers(m_numbers); }

protected:
    virtual Result<> takeNumbers(const Numbers &numbers) = 0;
    std::string_view doing() const { return m_doing; }

private:
    const std::string_view m_doing;
    Numbers m_numbers; ///< of the column at hand
};

/// The sentence for a field without a single number.
Failure noNumbers(const std::string &field);

/// A number among what was saved.
Result<double> learntNumber(const Value &learnt, std::string_view name);

} // namespace millrace
