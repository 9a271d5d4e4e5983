// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What is learnt of one field while a FieldModel is fitted.
class FieldLearner
{
public:
    virtual ~FieldLearner() = default;
    /// Empty, or why nothing can be learnt from these rows: `price: the text "abc" can't be scaled`.
    virtual std::string problemOf(const std::string &field, const Column &column, size_t rows) = 0;
    /// Learns from the column that problemOf() was just asked about.
    virtual Result<> take(const Column &column, size_t rows) = 0;
    virtual Result<> merge(FieldLearner &other) = 0;
    /// What is kept of it. `field`: its name, for errors.
    virtual Result<Value> finish(const std::string &field) = 0;
};

/// What scaling, filling in and encoding have in common: they learn something of each field by itself. A field that isn't named
/// takes part when its type fits; where that isn't known before (JSON), when all that comes in it fits.
class FieldModel : public Step
{
public:
    Result<> beginFit(const StepContext &context) final;
    Result<> fit(const Batch &batch) final;
    Result<> mergeFit(Step &other) final;
    Result<> finishFit() final;
    bool learns() const final { return given().isNull(); }
    Value state() const final;
    Result<> setState(const Value &state) final;

    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) final;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

protected:
    enum class Fits : uint8_t { No, Yes, MayBe, IfNamed };

    template <class T>
    static void describeFieldModel(StepBuilder<T> &step, std::string which)
    {
        step.family(Family::Model).fittable().mergeable();
        step.param("fields", &FieldModel::m_fields)
            .title("Fields")
            .help("The fields to work on. None: all data inputs that are " + std::move(which) + '.');
    }

    /// Whether a field of that type takes part; IfNamed: only one among "fields". Null: the type isn't known.
    virtual Fits fits(ValueType type) const = 0;
    /// Whether a field that isn't named may take part.
    bool fitsUnnamed(const Field &field) const
    {
        const Fits how = field.role == Role::DataInput ? fits(field.type) : Fits::No;
        return how == Fits::Yes || how == Fits::MayBe;
    }
    /// What it does, as in `price is text, which can't be …`.
    virtual std::string_view doing() const = 0;
    virtual std::unique_ptr<FieldLearner> makeLearner() const = 0;
    /// Parameters that what was learnt depends on, and that it doesn't fit any more once they change.
    virtual Members settings() const { return {}; }
    /// What is kept of a field that nothing has to be learnt of, whatever comes in it; null: a fit is needed.
    virtual Value given() const { return {}; }
    /// What was learnt of each field, before the first batch; `learnt` by field, in a fixed order.
    virtual Result<> prepare(const Members &learnt) = 0;
    /// Changes the batch. `targets`: the batch's columns of the fields in the order of prepare().
    virtual Result<> apply(Batch &batch, const std::vector<size_t> &targets) = 0;
    /// The fields after apply(). `learnt`: false before a fit; then null where that must be known.
    virtual SchemaPtr changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const = 0;
    /// Of the schema at hand.
    const SchemaPtr &output() const { return m_output; }

private:
    struct Candidate
    {
        std::string name;
        bool isSure = true; ///< its type is known to fit, or it was named
        bool fell = false;  ///< something came that doesn't fit
        std::unique_ptr<FieldLearner> learner;
    };
    void addMissing(Batch &batch);
    Result<> takeSchema(const SchemaPtr &schema);
    size_t candidate(const std::string &name, bool isSure);
    Result<> learn(Members learnt);
    Result<> takeGiven(const Schema &schema);

    std::vector<std::string> m_fields;

    std::vector<Candidate> m_candidates;
    SchemaPtr m_fitSchema;                               ///< that the columns below are of
    std::vector<std::pair<size_t, size_t>> m_fitColumns; ///< column and candidate

    bool m_isFitted = false;
    Members m_learnt;              ///< by field
    SchemaPtr m_narrow, m_widened; ///< what came in last that may get further fields, and the same with the step's own
    SchemaPtr m_input, m_output;   ///< of the last batch
    std::vector<size_t> m_targets;
};

} // namespace millrace
