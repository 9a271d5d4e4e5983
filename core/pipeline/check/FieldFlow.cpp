// SPDX-License-Identifier: MIT
#include "pipeline/check/FieldFlow.h"

#include "data/errors/ExceptionError.h"
#include "data/FieldLimit.h"
#include "pipeline/check/Checker.h"
#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/Parameters.h"

#include <algorithm>
#include <unordered_map>

namespace millrace {

namespace {

struct Branch
{
    std::string step;
    SchemaPtr schema;
};

/// What an item that failed takes along beside its own fields.
SchemaPtr withErrorFields(const SchemaPtr &schema)
{
    std::vector<Field> fields = schema->fields();
    for (const auto &[name, type] :
         {std::pair("error.step", ValueType::Text), std::pair("error.message", ValueType::Text),
          std::pair("error.kind", ValueType::Text), std::pair("error.attempts", ValueType::Integer),
          std::pair("error.origin", ValueType::Text), std::pair("error.line", ValueType::Integer)})
        fields.push_back({name, type, Role::DataInput});
    return schema->with(std::move(fields));
}

/// What a step that joins branches hands on.
struct Joined
{
    SchemaPtr schema; ///< null: not known
    bool isTooMuch = false;
};

bool mayGetMore(const std::vector<Branch> &branches)
{
    return std::ranges::any_of(branches, [](const Branch &branch) { return branch.schema->isOpen(); });
}

/// Items of all branches, one after the other: the fields of all; a type only where all agree.
Joined joinedItems(const std::vector<Branch> &branches)
{
    size_t most = MostFields; // what comes in as wide as that is passed on as it is
    for (const Branch &branch : branches)
        most = std::max(most, branch.schema->size());
    std::vector<Field> fields;
    std::unordered_map<std::string, size_t> index;
    for (const Branch &branch : branches) {
        for (const Field &field : branch.schema->fields()) {
            const auto [found, isNew] = index.try_emplace(field.name, fields.size());
            if (isNew)
                fields.push_back(field);
            else if (fields[found->second].type != field.type)
                fields[found->second].type = ValueType::Null;
            if (fields.size() > most)
                return {nullptr, true};
        }
    }
    return {std::make_shared<const Schema>(std::move(fields), mayGetMore(branches))};
}

/// How many branches have a data input of each name.
std::unordered_map<std::string_view, size_t> inputNames(const std::vector<Branch> &branches)
{
    std::unordered_map<std::string_view, size_t> count;
    for (const Branch &branch : branches)
        for (const Field &field : branch.schema->fields())
            count[field.name] += field.role == Role::DataInput ? 1 : 0;
    return count;
}

/// One item with the fields of all branches: equal names get the branch's step id as prefix, expected outputs are those of
/// the first branch that has them.
Joined joinedFields(const std::vector<Branch> &branches)
{
    const Branch *expected = nullptr;
    size_t sum = 0;
    for (const Branch &branch : branches) {
        for (const Field &field : branch.schema->fields()) {
            if (field.role == Role::ExpectedOutput)
                expected = expected ? expected : &branch;
            sum += size_t(field.role == Role::DataInput || expected == &branch);
        }
    }
    if (sum > MostFields) // before their names are put together
        return {nullptr, true};
    const auto count = inputNames(branches);
    std::vector<Field> fields;
    for (const Branch &branch : branches) {
        for (Field field : branch.schema->fields()) {
            if (field.role == Role::ExpectedOutput) {
                if (expected != &branch)
                    continue;
            } else if (count.at(field.name) > 1) {
                field.name = branch.step + '.' + field.name;
            }
            fields.push_back(std::move(field));
        }
    }
    return {std::make_shared<const Schema>(std::move(fields), mayGetMore(branches))};
}

Joined combine(const PipelineStep &step, const StepType &type, const std::vector<Branch> &branches)
{
    if (branches.empty() || std::ranges::any_of(branches, [](const Branch &b) { return !b.schema; }))
        return {};
    const Param *modeParam = type.param("mode");
    const Value *mode = step.param("mode");
    if (!mode && modeParam)
        mode = &modeParam->defaultValue;
    const bool isByFields = modeParam && mode->isText() && mode->toText() == "fields";
    return isByFields ? joinedFields(branches) : joinedItems(branches);
}

/// What leaves by the port that the link starts at.
SchemaPtr leavingBy(const Link &link, const StepType *type, const SchemaPtr &input, const SchemaPtr &output)
{
    if (link.fromPort != "error")
        return output;
    return input && type && type->hasInput() ? withErrorFields(input) : nullptr;
}

/// Asks the step what it makes of its input, and notes what it says.
void askStep(const PipelineIndex &pipelineIndex,
             size_t index,
             const std::string &folder,
             const SchemaPtr &side,
             const StepVisitor &visit,
             WalkedFields &fields)
{
    const StepType *const type = pipelineIndex.types[index];
    const auto made = type->create(pipelineIndex.step(index).params);
    if (!made) {
        fields.thrown.emplace_back(index, made.error());
        return;
    }
    const CheckContext context{folder, fields.input[index], side};
    const Result<> asked = caught([&]() -> Result<> {
        if (visit)
            visit(index, **made, context);
        if (type->kind != StepKind::Combine)
            fields.output[index] = (*made)->outputSchema(context);
        fields.guesses[index] = (*made)->guessed(context);
        return {};
    });
    if (!asked)
        fields.thrown.emplace_back(index, asked.error());
}

} // namespace

WalkedFields walkFields(const PipelineIndex &pipelineIndex,
                        const std::string &folder,
                        const StepVisitor &visit,
                        const std::stop_token &stop)
{
    WalkedFields fields;
    fields.input.resize(pipelineIndex.graph.stepCount());
    fields.output.resize(pipelineIndex.graph.stepCount());
    fields.guesses.resize(pipelineIndex.graph.stepCount());
    fields.isTooMuch.resize(pipelineIndex.graph.stepCount());
    for (const size_t index : pipelineIndex.order.steps) {
        if (stop.stop_requested())
            break;
        const PipelineStep &step = pipelineIndex.step(index);
        const StepType *type = pipelineIndex.types[index];
        std::vector<Branch> branches;
        SchemaPtr side;
        for (const size_t edge : pipelineIndex.runningIn(index)) {
            const size_t from = pipelineIndex.graph.edges()[edge].from;
            const std::string_view name = drawnId(pipelineIndex.pipeline, pipelineIndex.step(from).id, step.id);
            Branch branch{std::string(name), leavingBy(pipelineIndex.link(edge), pipelineIndex.types[from],
                                                       fields.input[from], fields.output[from])};
            if (type && type->hasNamedInputs() && pipelineIndex.link(edge).toPort != type->inputPorts.front())
                side = std::move(branch.schema);
            else
                branches.push_back(std::move(branch));
        }
        const bool isCombining = type && type->kind == StepKind::Combine;
        if (isCombining) {
            Joined joined = combine(step, *type, branches);
            fields.input[index] = std::move(joined.schema);
            fields.isTooMuch[index] = joined.isTooMuch;
        } else if (branches.size() == 1) {
            fields.input[index] = branches.front().schema;
        }
        if (!type)
            continue;
        if (isCombining || step.isBypassed)
            fields.output[index] = fields.input[index];
        if (!step.isBypassed && paramProblems(step.params, *type).empty())
            askStep(pipelineIndex, index, folder, side, visit, fields);
    }
    return fields;
}

KnownFields fieldsAlong(const Pipeline &pipeline,
                        const StepRegistry &registry,
                        const std::string &folder,
                        const std::stop_token &stop)
{
    const FilledPipeline filled(pipeline, registry);
    const InlinedPipeline inlined(filled.pipeline(), registry, folder);
    const PipelineIndex pipelineIndex(inlined.pipeline(), registry);
    WalkedFields walked = walkFields(pipelineIndex, folder, {}, stop);
    KnownFields known;
    for (size_t i = 0; i < pipelineIndex.pipeline.steps.size(); ++i) {
        const std::string &id = pipelineIndex.step(i).id;
        if (walked.input[i])
            known.input[id] = std::move(walked.input[i]);
        if (walked.output[i])
            known.output[id] = std::move(walked.output[i]);
        if (!walked.guesses[i].empty())
            known.guesses[id] = std::move(walked.guesses[i]);
    }
    for (const auto &[id, part] : inlined.parts()) {
        if (const auto entry = known.input.find(part.entry); entry != known.input.end())
            known.input[id] = entry->second;
        const auto exit = part.exits.find("out");
        const auto left = exit == part.exits.end() ? known.output.end() : known.output.find(exit->second);
        if (left != known.output.end())
            known.output[id] = left->second;
    }
    return known;
}

} // namespace millrace
