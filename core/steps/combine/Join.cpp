// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/combine/JoinFields.h"
#include "steps/combine/JoinMerge.h"
#include "steps/combine/JoinTable.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <numeric>

namespace millrace {

/// Joins the items of two inputs that are equal in some fields. A hash join: the right side is read whole into a table, in which the items
/// of the left one are looked up as they come; where memory has no room for the table, both sides are sorted in temporary files and
/// merged (JoinMerge).
class Join final : public HoldingStep
{
public:
    static void describe(StepBuilder<Join> &step);
    Result<> open(const StepContext &context) override;
    Result<> takeSide(size_t input, Batch &batch) override;
    Result<> process(Batch &batch) override;
    Result<bool> more(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    static constexpr size_t MostJoined = 16'384;         ///< items of one batch that others came to,
    static constexpr uint64_t MostJoinedBytes = 4 << 20; ///< and what they take together, about

    /// Pairs of an item of a batch and one of the table, or None.
    struct Pairs
    {
        std::vector<uint32_t> left, right;
    };

    JoinSettings settings() const;
    bool hasRightFields() const { return m_how != "semi" && m_how != "anti"; }
    Result<> fieldsFor(const SchemaPtr &left);
    void failSeveral(Batch &batch);
    size_t mostJoined(const Batch &batch) const;
    bool findPairs(const Batch &batch, Pairs &pairs);
    void replaceItems(Batch &batch, const Pairs &pairs) const;
    std::vector<Column> rightColumns(const std::vector<uint32_t> &rows) const;
    Result<bool> giveRest(Batch &batch, size_t items);
    void noteHeld();
    void checkTypes(const CheckContext &context, std::vector<StepProblem> &problems) const;
    void checkRight(const CheckContext &context, std::vector<StepProblem> &problems) const;

    TextPairs m_on;
    std::string m_how = "inner", m_multiple = "all", m_suffix = "_right";
    std::vector<std::string> m_fields;

    JoinSettings m_settings;
    JoinTable m_table;
    std::unique_ptr<JoinMerge> m_merge; ///< once memory has no room for the right side
    SchemaPtr m_left;                   ///< that m_joined is for
    JoinFields m_joined;
    std::vector<const Column *> m_columns; ///< of the left keys
    std::vector<bool> m_hasFailed;         ///< by row
    std::unique_ptr<Batch> m_current;      ///< of which not all has left yet
    uint32_t m_row = 0;                    ///< where to go on in it,
    uint32_t m_match = JoinTable::None;    ///< and with which item of the table; None: with the first
    uint32_t m_rest = 0;                   ///< the next item of the table that may be left
};

void Join::describe(StepBuilder<Join> &step)
{
    step.id("join").title("Join").family(Family::Combine).icon("join");
    step.help("Puts the items of two inputs together that are equal in some fields, for example on {\"customer\": "
              "\"id\"}: those whose customer on the left is the id on the right. The right side is read first, and "
              "whole; then the left one streams, and its order is kept. How: inner (only what matches), left (also "
              "left items without a match), right (also right ones, which come last), full (both), semi (left items "
              "that have a match, once), anti (those that have none). An empty key is equal to none, a text never to "
              "a number. What memory has no room for waits in temporary files.");
    step.synonyms({"merge", "combine", "match", "inner join", "left join", "outer join", "anti join", "sql", "enrich",
                   "compare", "intersect", "except"});
    step.inputPorts({"left", "right"}).ordered().holdsBack().changesItemCount();
    step.param("on", &Join::m_on)
        .required()
        .title("On")
        .help("Fields of the left side, each with the right side's field that it must be equal to, as {\"customer\": "
              "\"id\"}.");
    step.param("how", &Join::m_how)
        .choices({"inner", "left", "right", "full", "semi", "anti"})
        .title("How")
        .help("Which items go on: those that match; also left ones that don't, right ones, or both; or left ones "
              "alone, that match (semi) or don't (anti).");
    step.param("multiple", &Join::m_multiple)
        .choices({"all", "first", "fail"})
        .title("Several matches")
        .help("What becomes of a left item with several matches: an item with each of them, in the order of the right "
              "side; one with the first; or it fails. Semi and anti don't mind.");
    step.param("suffix", &Join::m_suffix)
        .help("What is put behind the name of a field of the right side that is on the left one as well.");
    step.param("fields", &Join::m_fields)
        .help("The right side's fields that are taken; none: all but those that must be equal.");
    step.param("memory", &Join::m_memory).help(MemoryHelp);
}

JoinSettings Join::settings() const
{
    JoinSettings settings;
    for (const auto &[left, right] : m_on) {
        settings.leftKeys.push_back(left);
        settings.rightKeys.push_back(right);
    }
    settings.fields = m_fields;
    settings.suffix = m_suffix;
    settings.keepsLeft = m_how == "left" || m_how == "full" || m_how == "anti";
    settings.keepsRight = m_how == "right" || m_how == "full";
    settings.takesMatches = m_how != "anti";
    settings.hasRightFields = hasRightFields();
    settings.wantsFirstOnly = m_multiple == "first";
    settings.failsAtSeveral = m_multiple == "fail" && hasRightFields();
    return settings;
}

Result<> Join::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    if (m_on.empty())
        return failure(ErrorKind::Param, R"("on" must say in which fields items are equal.)");
    m_settings = settings();
    close();
    return {};
}

void Join::close()
{
    m_table.start(m_settings);
    m_merge.reset();
    m_left.reset();
    m_current.reset();
    m_row = m_rest = 0;
    m_match = JoinTable::None;
}

void Join::noteHeld()
{
    note(m_table.byteSize() + (m_merge ? m_merge->heldBytes() : 0), m_merge ? m_merge->spilledBytes() : 0);
}

Result<> Join::takeSide(size_t, Batch &batch)
{
    if (auto known = requireFields(*batch.schema(), m_settings.rightKeys); !known) {
        if (batch.isEmpty())
            return {}; // it may say nothing about its fields
        return failure(known.error().kind, "On the right side: " + known.error().message);
    }
    return takeFrom(batch, m_settings.rightKeys, [&]() -> Result<> {
        if (m_merge) {
            auto added = m_merge->addRight(batch);
            noteHeld();
            return added;
        }
        m_table.add(batch);
        if (m_table.byteSize() > memoryBytes() || m_table.size() + batch.size() > JoinTable::MostRows) {
            m_merge = std::make_unique<JoinMerge>(JoinMerge::Settings{
                .join = m_settings,
                .memory = memoryBytes(),
                .folder = m_context.folder,
                .isInterrupted = [this] { return m_context.isInterrupted(); },
            });
            if (auto moved = m_merge->addRight(m_table); !moved)
                return moved;
        }
        noteHeld();
        return {};
    });
}

/// What leaves, and by which names, for items of the left side with these fields.
Result<> Join::fieldsFor(const SchemaPtr &left)
{
    if (left == m_left)
        return {};
    auto joined = JoinFields::of(m_settings, *left, m_table.schema() ? *m_table.schema() : Schema());
    if (!joined)
        return joined.forward();
    m_joined = *std::move(joined);
    m_left = left;
    return {};
}

/// Items with several matches fail, if they are to.
void Join::failSeveral(Batch &batch)
{
    m_hasFailed.assign(batch.size(), false);
    for (uint32_t row = 0; row < batch.size() && m_settings.failsAtSeveral; ++row) {
        const uint32_t key = m_table.find(m_columns, row);
        if (key == JoinTable::None || m_table.next(m_table.first(key)) == JoinTable::None)
            continue;
        m_table.meet(key);
        m_hasFailed[row] = true;
        batch.fail(row, ErrorKind::Data, severalText(m_settings, batch, row));
    }
}

/// How many joined items a batch may have, by the size of those that there are.
size_t Join::mostJoined(const Batch &batch) const
{
    const uint64_t each = m_table.byteSize() / std::max<uint64_t>(m_table.size(), 1)
                          + batch.byteSize() / std::max<uint64_t>(batch.size(), 1);
    return size_t(std::clamp<uint64_t>(MostJoinedBytes / (each + 1), 1, MostJoined));
}

/// From m_row on. False: there are too many of them for one batch, and m_row and m_match say where to go on.
bool Join::findPairs(const Batch &batch, Pairs &pairs)
{
    const size_t most = mostJoined(batch);
    const auto add = [&pairs](uint32_t left, uint32_t right) {
        pairs.left.push_back(left);
        pairs.right.push_back(right);
    };
    for (; m_row < batch.size(); ++m_row) {
        if (m_hasFailed[m_row])
            continue;
        if (pairs.left.size() >= most)
            return false;
        uint32_t match = m_match;
        if (match == JoinTable::None) {
            const uint32_t key = m_table.find(m_columns, m_row);
            if (key == JoinTable::None) {
                if (m_settings.keepsLeft)
                    add(m_row, JoinTable::None);
                continue;
            }
            m_table.meet(key);
            match = m_table.first(key);
        }
        if (!m_settings.hasRightFields || m_settings.wantsFirstOnly) {
            if (m_settings.takesMatches)
                add(m_row, match);
            continue;
        }
        for (; match != JoinTable::None && pairs.left.size() < most; match = m_table.next(match))
            add(m_row, match);
        m_match = match;
        if (match != JoinTable::None)
            return false;
    }
    return true;
}

/// The taken fields of these items of the table; nulls for None.
std::vector<Column> Join::rightColumns(const std::vector<uint32_t> &rows) const
{
    std::vector<Column> columns;
    for (size_t i = 0; i < m_joined.fromRight.size(); ++i) {
        const Column *const from = m_table.column(m_joined.fromRight[i]);
        Column &values =
            columns.emplace_back(from ? from->type() : m_joined.output->columnTypes()[m_joined.leftCount + i]);
        values.reserve(rows.size());
        for (size_t row = 0; row < rows.size();) {
            size_t end = row;
            while (from && end < rows.size() && rows[end] != JoinTable::None)
                ++end;
            if (end > row)
                values.appendRows(*from, std::span(rows).subspan(row, end - row));
            for (row = end; row < rows.size() && (!from || rows[row] == JoinTable::None); ++row)
                values.appendNull();
        }
    }
    return columns;
}

void Join::replaceItems(Batch &batch, const Pairs &pairs) const
{
    std::vector<Column> right = rightColumns(pairs.right);
    bool isSame = pairs.left.size() == batch.size(), doesAscend = true;
    for (size_t i = 0; i < pairs.left.size(); ++i) {
        isSame &= pairs.left[i] == i;
        doesAscend &= i == 0 || pairs.left[i] > pairs.left[i - 1];
    }
    std::vector<Column> columns;
    if (!isSame && doesAscend)
        batch.keepRows(pairs.left);
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        if (isSame || doesAscend)
            columns.push_back(batch.column(i));
        else
            columns.emplace_back(batch.column(i).type()).appendRows(batch.column(i), pairs.left);
    }
    std::ranges::move(right, std::back_inserter(columns));
    if (!isSame && !doesAscend)
        batch.expandRows(pairs.left);
    batch.setColumns(m_joined.output, std::move(columns));
}

Result<> Join::process(Batch &batch)
{
    if (m_merge)
        return takeFrom(batch, m_settings.leftKeys, [&]() -> Result<> {
            auto added = m_merge->addLeft(batch);
            noteHeld();
            if (added)
                batch.clearItems();
            return added;
        });
    if (ending())
        return Failure{*ending()};
    if (auto known = requireFields(*batch.schema(), m_settings.leftKeys); !known)
        return batch.isEmpty() ? Result<>() : std::move(known);
    if (m_current) // one by one, after memory was refused: what is left of an item before would be lost
        return failure(ErrorKind::Memory, "There is not enough memory to join items that have very many matches.");
    if (auto known = fieldsFor(batch.schema()); !known)
        return known;
    findColumns(batch, m_settings.leftKeys, m_columns);
    failSeveral(batch);
    Pairs pairs;
    m_row = 0;
    m_match = JoinTable::None;
    std::unique_ptr<Batch> current;
    if (!findPairs(batch, pairs)) {
        current = std::make_unique<Batch>();
        current->shareFrom(batch);
    }
    std::vector<ItemError> errors = std::move(batch.errors());
    batch.clearVerdicts();
    replaceItems(batch, pairs);
    if (!errors.empty())
        batch.errors() = std::move(errors);
    m_current = std::move(current);
    return {};
}

Result<bool> Join::more(Batch &batch)
{
    if (!m_current)
        return false;
    findColumns(*m_current, m_settings.leftKeys, m_columns);
    Pairs pairs;
    const bool isLast = findPairs(*m_current, pairs);
    batch.shareFrom(*m_current);
    replaceItems(batch, pairs);
    if (isLast)
        m_current.reset();
    return !batch.isEmpty();
}

/// What nobody met of the right side, so many at a time.
Result<bool> Join::giveRest(Batch &batch, size_t items)
{
    std::vector<uint32_t> rows;
    for (; m_rest < m_table.size() && rows.size() < items; ++m_rest)
        if (m_table.isAlone(m_rest))
            rows.push_back(m_rest);
    if (rows.empty())
        return false;
    if (!m_left) { // nothing has come on the left side, of which only the keys are known then
        std::vector<Field> keys;
        for (const std::string &key : m_settings.leftKeys)
            keys.push_back({key});
        if (auto known = fieldsFor(std::make_shared<const Schema>(std::move(keys))); !known)
            return known.forward();
    }
    std::vector<Column> columns;
    for (size_t i = 0; i < m_joined.leftCount; ++i) {
        const size_t number = m_joined.keyOf[i];
        const Column *const key = number == JoinFields::NoKey ? nullptr : m_table.column(m_settings.rightKeys[number]);
        Column &values = columns.emplace_back(m_joined.output->columnTypes()[i]);
        if (key)
            values.appendRows(*key, rows);
        else
            for (size_t row = 0; row < rows.size(); ++row)
                values.appendNull();
    }
    std::ranges::move(rightColumns(rows), std::back_inserter(columns));
    Column ids(ColumnType::Integer);
    ids.appendRows(m_table.ids(), rows);
    std::vector<uint32_t> originals(rows.size());
    std::iota(originals.begin(), originals.end(), 0u);
    batch.setItems(m_joined.output, std::move(columns), std::move(ids), std::move(originals));
    return true;
}

Result<bool> Join::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_merge)
        return m_settings.keepsRight ? giveRest(batch, items) : false;
    auto some = m_merge->next(batch, items);
    noteHeld();
    return some;
}

void Join::checkTypes(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    for (const auto &[left, right] : m_on) {
        const auto ours = context.input ? context.input->find(left) : std::nullopt;
        const auto theirs = context.side ? context.side->find(right) : std::nullopt;
        if (!ours || !theirs)
            continue;
        const ValueType own = context.input->field(*ours).type, its = context.side->field(*theirs).type;
        if (own != ValueType::Null && its != ValueType::Null && typeRank(own) != typeRank(its))
            problems.push_back(
                {true, "on",
                 "The field " + inQuotes(left) + " of the left side is " + std::string(typeName(own)) + ", and "
                     + inQuotes(right) + " of the right side " + std::string(typeName(its))
                     + ", so that nothing is equal; convert one of them, or say its type where it is read."});
    }
}

void Join::checkRight(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    const auto require = [&](const char *param, const std::string &name) {
        if (context.side->find(name))
            return;
        problems.push_back(missingField(param, name, *context.side));
        problems.back().text.insert(0, "On the right side: ");
    };
    for (const auto &[left, right] : m_on)
        require("on", right);
    for (const std::string &name : m_fields)
        require("fields", name);
}

void Join::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    std::vector<std::string> keys;
    for (const auto &[left, right] : m_on)
        keys.push_back(left);
    checkFields(context, "on", keys, problems);
    if (context.side)
        checkRight(context, problems);
    checkTypes(context, problems);
    if (m_suffix.empty())
        problems.push_back({true, "suffix", "It must not be empty, or fields of both sides would have one name."});
    if (!hasRightFields() && !m_fields.empty())
        problems.push_back({false, "fields", "It has no effect, as " + m_how + " takes nothing of the right side."});
}

SchemaPtr Join::outputSchema(const CheckContext &context) const
{
    if (!context.input || (!context.side && hasRightFields()))
        return nullptr;
    const auto joined = JoinFields::of(settings(), *context.input, context.side ? *context.side : Schema());
    return joined ? joined->output : nullptr;
}

std::string Join::summary() const
{
    std::string text = m_how;
    for (const auto &[left, right] : m_on)
        text += ", " + left + (left == right ? "" : " = " + right);
    return text;
}

void registerJoin(StepRegistry &registry)
{
    registry.add<Join>();
}

} // namespace millrace
