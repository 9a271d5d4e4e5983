// SPDX-License-Identifier: MIT
#include "data/ItemRows.h"
#include "steps/StepBuilder.h"

#include <algorithm>
#include <span>

namespace millrace {

/// Where items enter a pipeline that is a step of another. By itself it gives examples.
class NestedInput final : public Source
{
public:
    static void describe(StepBuilder<NestedInput> &step)
    {
        step.id("input").title("Input").family(Family::Source).icon("source");
        step.help("The place where items come in when this pipeline is a step \"pipeline\" of another one. Where the "
                  "pipeline is run by itself, it gives the examples that stand here, such as [{\"text\": \"one\"}].");
        step.synonyms({"enter", "port", "argument", "subpipeline", "begin"});
        step.nesting(Nesting::Input);
        step.param("examples", &NestedInput::m_examples).help("Items to try this pipeline with: a list of objects.");
    }
    Result<> open(const StepContext &) override
    {
        if (!m_examples.isList())
            return failure(ErrorKind::Param, "The examples are a list of objects, such as [{\"text\": \"one\"}].");
        m_schema = schemaOfItems(m_examples.toList());
        m_next = 0;
        return {};
    }
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        const List &all = m_examples.toList();
        const size_t first = m_next, end = std::min(all.size(), first + items);
        batch.reset(m_schema);
        if (first >= end)
            return false;
        setItems(batch, m_schema, std::span(all).subspan(first, end - first));
        batch.origin.firstRow = int64_t(first);
        batch.setFirstId(int64_t(first));
        m_next = end;
        return true;
    }
    SchemaPtr schema() const override { return m_schema; }
    std::string originName() const override { return "examples"; }
    std::optional<std::vector<std::string>> repeatableFrom() const override { return std::vector<std::string>(); }
    void check(const CheckContext &, std::vector<StepProblem> &problems) const override
    {
        if (!m_examples.isList())
            problems.push_back(
                {true, "examples", "The examples are a list of objects, such as [{\"text\": \"one\"}]."});
        else if (m_examples.toList().empty())
            problems.push_back({false, "examples",
                                "Run by itself, this pipeline gets no items: they come from the pipeline that it is a "
                                "step of, or from \"examples\"."});
    }
    SchemaPtr outputSchema(const CheckContext &) const override
    {
        const bool isKnown = m_examples.isList() && !m_examples.toList().empty();
        return isKnown ? schemaOfItems(m_examples.toList()) : nullptr;
    }

private:
    Value m_examples = List();
    SchemaPtr m_schema = emptySchema();
    size_t m_next = 0;
};

void registerNestedInput(StepRegistry &registry)
{
    registry.add<NestedInput>();
}

} // namespace millrace
