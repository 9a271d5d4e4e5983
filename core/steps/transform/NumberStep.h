// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// What multiply and add have in common: one operation with one number on the numeric data inputs, in place, column by column.
/// Integers stay integers where the operand is whole; a result of more than 64 bits is a failed item. A row that fails in one field keeps all.
class NumberStep : public Step
{
public:
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) final;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;

protected:
    enum class Operation : uint8_t { Multiply, Add };

    explicit NumberStep(Operation operation) : m_operation(operation) {}

    template <class T>
    static void describeNumberStep(StepBuilder<T> &step, std::string byHelp)
    {
        step.keepsItemsOnError();
        step.param("by", &NumberStep::m_by).kind(ParamKind::Number).required().title("By").help(std::move(byHelp));
        step.param("fields", &NumberStep::m_fields)
            .title("Fields")
            .help("The fields to work on. None: all data inputs that are numbers or lists; texts and truth values are "
                  "left alone.");
    }
    std::string operandText() const { return toPlain(m_by); }

private:
    /// A column to work on, and what its name is.
    struct Target
    {
        size_t column = 0;
        bool isOnlyInput = false;
    };
    struct Fault
    {
        size_t row = 0;
        std::string message;
    };

    Result<> useSchema(const SchemaPtr &schema);
    SchemaPtr changedSchema(const SchemaPtr &schema, const std::vector<Target> &targets) const;
    void findFaults(const Batch &batch, const Target &target);
    void addFault(const Batch &batch, size_t row, const Target &target, const Value &value);
    bool isTooLong(int64_t integer) const;
    bool isTooLong(const Value &value) const;
    void addLongFault(const Batch &batch, size_t row, const Target &target, const Value &value);
    bool isWorkedOn(const Value &value) const;
    bool canChange(const Value &value) const;
    void change(Batch &batch, size_t column) const;
    void changeIntegers(Batch &batch, size_t column) const;
    void changeValues(Column &column) const;
    Value changed(const Value &value) const;
    void sayIfIdle(const Batch &batch);
    void restoreFailed(Batch &batch, const std::vector<Column> &before) const;

    const Operation m_operation;
    Value m_by;
    std::vector<std::string> m_fields;

    bool m_isWhole = true; ///< the operand is, and fits 64 bits
    int64_t m_whole = 0;
    double m_real = 0;
    SchemaPtr m_input, m_output; ///< of the last batch
    std::vector<Target> m_targets;
    std::vector<Fault> m_faults; ///< of the batch at hand
    std::string m_id;
    RunLog *m_log = nullptr; ///< until the first items have come
};

} // namespace millrace
