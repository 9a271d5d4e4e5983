// SPDX-License-Identifier: MIT
#include "steps/model/FieldModel.h"

#include "data/text/Quote.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

namespace {

bool contains(const std::vector<std::string> &names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

Result<> FieldModel::beginFit(const StepContext &)
{
    m_candidates.clear();
    m_fitSchema.reset();
    m_isFitted = false;
    m_learnt.clear();
    return {};
}

size_t FieldModel::candidate(const std::string &name, bool isSure)
{
    for (size_t i = 0; i < m_candidates.size(); ++i) {
        if (m_candidates[i].name == name) {
            m_candidates[i].isSure |= isSure;
            return i;
        }
    }
    m_candidates.push_back({name, isSure, false, makeLearner()});
    return m_candidates.size() - 1;
}

/// Finds the columns to learn from, once for each schema.
Result<> FieldModel::takeSchema(const SchemaPtr &schema)
{
    std::vector<std::pair<size_t, size_t>> columns;
    for (const std::string &name : m_fields) {
        const auto column = schema->find(name);
        if (!column && !schema->isOpen())
            return failure(ErrorKind::Field, noFieldMessage(name, *schema));
        const size_t index = candidate(name, true);
        if (column) // else none of these items has it
            columns.emplace_back(*column, index);
    }
    for (size_t column = 0; column < schema->size() && m_fields.empty(); ++column) {
        const Field &field = schema->field(column);
        if (fitsUnnamed(field))
            columns.emplace_back(column, candidate(field.name, fits(field.type) == Fits::Yes));
    }
    m_fitColumns = std::move(columns);
    m_fitSchema = schema;
    return {};
}

Result<> FieldModel::fit(const Batch &batch)
{
    if (batch.schema() != m_fitSchema) {
        if (auto taken = takeSchema(batch.schema()); !taken)
            return taken;
    }
    for (const auto &[column, index] : m_fitColumns) {
        Candidate &candidate = m_candidates[index];
        if (candidate.fell)
            continue;
        std::string problem = candidate.learner->problemOf(candidate.name, batch.column(column), batch.size());
        if (problem.empty())
            continue;
        if (candidate.isSure)
            return failure(ErrorKind::Type, std::move(problem));
        candidate.fell = true;
    }
    for (const auto &[column, index] : m_fitColumns) {
        if (m_candidates[index].fell)
            continue;
        if (auto taken = m_candidates[index].learner->take(batch.column(column), batch.size()); !taken)
            return taken;
    }
    return {};
}

Result<> FieldModel::mergeFit(Step &step)
{
    for (Candidate &other : static_cast<FieldModel &>(step).m_candidates) {
        Candidate &own = m_candidates[candidate(other.name, other.isSure)];
        own.fell |= other.fell;
        if (own.fell)
            continue;
        if (auto merged = own.learner->merge(*other.learner); !merged)
            return merged;
    }
    return {};
}

Result<> FieldModel::finishFit()
{
    Members learnt;
    for (Candidate &candidate : m_candidates) {
        if (candidate.fell)
            continue;
        auto found = candidate.learner->finish(candidate.name);
        if (!found && !candidate.isSure)
            continue;
        if (!found)
            return found.forward();
        learnt.emplace_back(candidate.name, *std::move(found));
    }
    m_candidates.clear();
    m_fitSchema.reset();
    if (learnt.empty())
        return failure(ErrorKind::Fit,
                       "No data input can be " + std::string(doing())
                           + ", so there is nothing to learn; name \"fields\", or convert some first (\"convert\").");
    return learn(std::move(learnt));
}

Result<> FieldModel::learn(Members learnt)
{
    if (auto prepared = prepare(learnt); !prepared)
        return prepared;
    m_learnt = std::move(learnt);
    m_isFitted = true;
    m_input.reset();
    return {};
}

Value FieldModel::state() const
{
    if (!m_isFitted)
        return {};
    Members state;
    if (Members chosen = settings(); !chosen.empty())
        state.emplace_back("settings", Value(std::move(chosen)));
    state.emplace_back("fields", Value(m_learnt));
    return state;
}

Result<> FieldModel::setState(const Value &state)
{
    m_isFitted = false;
    if (state.isNull())
        return {};
    const Value *learnt = state.member("fields");
    if (!learnt || !learnt->isObject())
        return failure(ErrorKind::State, "What was saved for it isn't what a step of this kind learns; fit it again.");
    const Value *saved = state.member("settings");
    for (const auto &[name, value] : settings()) {
        const Value *then = saved ? saved->member(name) : nullptr;
        if (!then || (*then != value && !isSameNumber(*then, value)))
            return failure(ErrorKind::State, "It was fitted with another \"" + name + "\" ("
                                                 + (then ? toJson(*then) : "none") + ") than it has now ("
                                                 + toJson(value) + "); fit it again.");
    }
    for (const std::string &name : m_fields) {
        if (!learnt->member(name))
            return failure(ErrorKind::State, "It was fitted without the field " + inQuotes(name) + "; fit it again.");
    }
    for (const auto &[name, value] : learnt->toObject()) {
        if (!m_fields.empty() && !contains(m_fields, name))
            return failure(ErrorKind::State, "It was fitted with the field " + inQuotes(name)
                                                 + ", which isn't among its \"fields\" any more; fit it again.");
    }
    return learn(learnt->toObject());
}

Result<> FieldModel::open(const StepContext &)
{
    m_input.reset();
    return {};
}

/// Without a fit: the fields that are named, or all that take part, whatever comes in them.
Result<> FieldModel::takeGiven(const Schema &schema)
{
    const Value given = this->given();
    if (given.isNull())
        return failure(ErrorKind::Unfitted, "It hasn't learnt anything yet; fit it first.");
    m_learnt.clear();
    for (const std::string &name : m_fields)
        m_learnt.emplace_back(name, given);
    for (size_t column = 0; column < schema.size() && m_fields.empty(); ++column)
        if (fitsUnnamed(schema.field(column)))
            m_learnt.emplace_back(schema.field(column).name, given);
    return prepare(m_learnt);
}

/// Gives items that may get further fields those that the step is about, as absent.
void FieldModel::addMissing(Batch &batch)
{
    if (batch.schema() != m_narrow) {
        std::vector<Field> fields = batch.schema()->fields();
        const auto add = [&](const std::string &name) {
            if (std::ranges::find(fields, name, &Field::name) == fields.end())
                fields.push_back({name, ValueType::Null, Role::DataInput});
        };
        std::ranges::for_each(m_fields, add);
        for (const auto &[name, learnt] : m_learnt)
            add(name);
        m_narrow = batch.schema();
        m_widened = m_narrow->with(std::move(fields));
    }
    for (size_t left = m_widened->size() - m_narrow->size(); left > 0; --left) {
        Column absent = batch.takeSpare(ColumnType::Any);
        for (size_t row = 0; row < batch.size(); ++row)
            absent.appendAbsent();
        batch.addColumn(m_widened, std::move(absent));
    }
}

Result<> FieldModel::process(Batch &batch)
{
    if (batch.schema()->isOpen())
        addMissing(batch);
    if (batch.schema() != m_input) {
        m_targets.clear();
        m_input.reset();
        if (!m_isFitted)
            if (auto taken = takeGiven(*batch.schema()); !taken)
                return taken;
        for (const auto &[name, learnt] : m_learnt) {
            const auto column = batch.schema()->find(name);
            if (!column)
                return failure(ErrorKind::Field, noFieldMessage(name, *batch.schema()));
            m_targets.push_back(*column);
        }
        m_output = changedSchema(*batch.schema(), m_targets, true);
        m_input = batch.schema();
    }
    return apply(batch, m_targets);
}

void FieldModel::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "fields", m_fields, problems);
    if (!context.input)
        return;
    bool hasWork = false;
    for (const Field &field : context.input->fields()) {
        const bool isNamed = contains(m_fields, field.name);
        const bool isFit = fits(field.type) != Fits::No;
        hasWork |= isNamed ? isFit : fitsUnnamed(field);
        if (isNamed && !isFit)
            problems.push_back({true, "fields",
                                inQuotes(field.name) + " is " + std::string(typeName(field.type)) + ", which can't be "
                                    + std::string(doing())
                                    + "; convert it first (\"convert\"), or choose other fields."});
    }
    if (m_fields.empty() && !hasWork)
        problems.push_back({true, "fields",
                            "No data input can be " + std::string(doing()) + "; name \"fields\", or convert one of "
                                + context.input->names() + " first (\"convert\")."});
}

SchemaPtr FieldModel::outputSchema(const CheckContext &context) const
{
    if (!context.input)
        return nullptr;
    std::vector<size_t> targets;
    for (size_t column = 0; column < context.input->size(); ++column) {
        const Field &field = context.input->field(column);
        const bool isTarget = m_isFitted         ? Value(m_learnt).member(field.name) != nullptr
                              : m_fields.empty() ? fitsUnnamed(field)
                                                 : contains(m_fields, field.name);
        if (isTarget)
            targets.push_back(column);
    }
    return changedSchema(*context.input, targets, m_isFitted);
}

std::string FieldModel::summary() const
{
    std::string text;
    for (const std::string &name : m_fields)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace millrace
