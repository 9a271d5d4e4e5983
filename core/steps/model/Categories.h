// SPDX-License-Identifier: MIT
#pragma once

#include "steps/InvertibleStep.h"
#include "steps/model/FieldModel.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// The order of categories: booleans, numbers by size (1 and 1.0 are one), moments, text by its characters, null last.
struct CategoryOrder
{
    bool operator()(const Value &left, const Value &right) const;
};

/// Whether a value may be a category: no list, object or bytes, and no number that isn't one.
bool isCategory(const Value &value);

/// The different values of a field, with how often each came. Bounded in number and in bytes: a field of ever new values has no
/// categories.
class CategoryLearner : public FieldLearner
{
public:
    static constexpr size_t Most = 100'000;
    static constexpr size_t MostBytes = 64 << 20;

    CategoryLearner(std::string_view doing, bool takesNulls, size_t most = Most)
        : m_doing(doing), m_takesNulls(takesNulls), m_most(most)
    {}
    std::string problemOf(const std::string &field, const Column &column, size_t rows) final;
    Result<> take(const Column &column, size_t rows) final;
    Result<> merge(FieldLearner &other) final;
    /// {"categories": […]}, in their order.
    Result<Value> finish(const std::string &field) override;

protected:
    using Counts = std::map<Value, uint64_t, CategoryOrder>;
    const Counts &counts() const { return m_counts; }

private:
    const std::string_view m_doing;
    Result<> checkRoom(const Column &column, size_t rows) const;
    void add(Value value, uint64_t count);

    const bool m_takesNulls;
    const size_t m_most;
    Counts m_counts;
    size_t m_bytes = 0; ///< of the values
};

/// The categories of a field as they were learnt, to be found again.
class Categories
{
public:
    /// From what CategoryLearner::finish() gave.
    static Result<Categories> from(const Value &learnt);
    std::optional<size_t> find(const Value &value) const;
    const std::vector<Value> &values() const { return m_values; }

private:
    std::vector<Value> m_values; ///< in their order
};

/// What the encoders of categories have in common. Text and booleans take part unless fields are named.
class CategoryModel : public FieldModel, public InvertibleStep
{
protected:
    /// `instead`: what "unknown" may be besides "error".
    template <class T>
    static void describeCategoryModel(StepBuilder<T> &step, std::string instead)
    {
        describeFieldModel(step, "known to be text or booleans");
        step.param("unknown", &CategoryModel::m_unknown)
            .choices({"error", std::move(instead)})
            .title("Unknown")
            .help("What becomes of a value that wasn't there when this was learnt.");
    }
    Fits fits(ValueType type) const final;
    std::string_view doing() const final { return "encoded"; }
    Result<> prepare(const Members &learnt) final;
    /// The fields that were learnt, in the order of apply()'s targets.
    const std::vector<std::pair<std::string, Categories>> &known() const { return m_known; }
    bool failsOnUnknown() const { return m_unknown == "error"; }
    static Failure unknownCategory(const std::string &field, const Value &value);

private:
    std::string m_unknown = "error";
    std::vector<std::pair<std::string, Categories>> m_known;
};

} // namespace millrace
