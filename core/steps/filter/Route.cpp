// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"
#include "steps/StepExpression.h"

#include <algorithm>
#include <bitset>
#include <optional>

namespace millrace {

namespace {

/// Of the parameter `rules`: by which port items leave, and when.
struct RouteRule
{
    std::string port, when;
};

constexpr size_t MostPorts = 250; // a port's number is a byte

bool isPortName(std::string_view name)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !name.empty() && name != "in" && name != "error" && std::ranges::all_of(name, fits);
}

std::string portProblem(const std::string &name)
{
    return inQuotes(name)
           + R"( can't be an output's name; use letters, digits, "_" and "-", but neither "in" nor "error".)";
}

Result<RouteRule> ruleOf(const Value &value, const std::string &which)
{
    if (!value.isObject())
        return failure(ErrorKind::Param, which + " is " + describeValue(value)
                                             + R"(; write it as {"port": "large", "when": "cents > 10000"}.)");
    RouteRule rule;
    for (const auto &[name, member] : value.toObject()) {
        if (name != "port" && name != "when")
            return failure(ErrorKind::Param,
                           which + " has the member " + inQuotes(name) + R"(; there are only "port" and "when".)");
        if (!member.isText())
            return failure(ErrorKind::Param,
                           which + ": " + inQuotes(name) + " is " + describeValue(member) + ", and must be a text.");
        (name == "port" ? rule.port : rule.when) = member.toText();
    }
    if (!isPortName(rule.port))
        return failure(ErrorKind::Param, which + ": " + portProblem(rule.port));
    if (rule.when.empty())
        return failure(ErrorKind::Param, which + R"( has no expression; say in "when" which items leave there.)");
    return rule;
}

} // namespace

/// Sends items to one output or another, by rules.
class Route final : public Step, public ComputesExpression
{
public:
    static void describe(StepBuilder<Route> &step)
    {
        step.id("route").title("Route").family(Family::Filter).icon("route");
        step.help("Sends each item to an output of its own, by rules, for example [{\"port\": \"large\", \"when\": "
                  "\"cents > 10000\"}, {\"port\": \"abroad\", \"when\": \"country != 'DE'\"}]. Each port that they "
                  "name is an output; what no rule is true for leaves by another. Rules are tried from the first to "
                  "the last.");
        step.synonyms({"switch", "case", "branch", "if", "split", "conditional", "rules"});
        step.outputPorts({"other"}).outputPortsFrom("rules", &Route::ports).changesItemCount();
        step.param("rules", &Route::m_rules)
            .required()
            .help(R"(A list of objects: "port", the output, and "when", an expression.)");
        step.param("otherwise", &Route::m_otherwise)
            .help("The output of items for which no rule is true; it may be one of the rules'. Nothing: they are "
                  "dropped.");
        step.param("match", &Route::m_match)
            .choices({"first", "all"})
            .help("Whether an item leaves by the first rule that is true for it, or by all of them.");
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void close() override { m_compiled.clear(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override
    {
        std::string text;
        for (const std::string &port : ports())
            text += (text.empty() ? "" : ", ") + port;
        return text;
    }
    /// Those of the rules in their order, and the one of what is left.
    std::vector<std::string> ports() const
    {
        const auto rules = rulesOf();
        return rules ? portsFor(*rules) : std::vector<std::string>{"other"};
    }

private:
    enum State : uint8_t { Undecided, Sent, Failed };
    struct Compiled
    {
        ItemExpression when;
        uint8_t port;
        std::vector<uint8_t> verdicts = {}; ///< of the rows of the batch at hand
    };

    Result<std::vector<RouteRule>> rulesOf() const;
    std::vector<std::string> portsFor(const std::vector<RouteRule> &rules) const;
    Result<> ask(const Batch &batch, size_t &left);
    void addPorts(uint32_t row, std::vector<uint32_t> &rows, std::vector<uint8_t> &ports) const;
    static void makeOf(Batch &batch, const std::vector<uint32_t> &rows);

    Value m_rules;
    std::string m_otherwise = "other", m_match = "first";

    std::vector<Compiled> m_compiled;
    std::optional<uint8_t> m_rest; ///< the port of what no rule is true for
    std::vector<State> m_states;   ///< of the rows of the batch at hand
    std::vector<ItemError> m_errors, m_failed;
    size_t m_tried = 0; ///< rules
};

Result<std::vector<RouteRule>> Route::rulesOf() const
{
    if (!m_rules.isList() || m_rules.toList().empty())
        return failure(ErrorKind::Param,
                       R"(Rules are a list such as [{"port": "large", "when": "cents > 10000"}]; give one at least.)");
    std::vector<RouteRule> rules;
    for (const Value &value : m_rules.toList()) {
        auto rule = ruleOf(value, "Rule " + std::to_string(rules.size() + 1));
        if (!rule)
            return rule.forward();
        rules.push_back(*std::move(rule));
    }
    if (portsFor(rules).size() > MostPorts)
        return failure(ErrorKind::Param, "The rules name " + std::to_string(portsFor(rules).size())
                                             + " outputs, and there can be at most " + std::to_string(MostPorts) + '.');
    return rules;
}

std::vector<std::string> Route::portsFor(const std::vector<RouteRule> &rules) const
{
    std::vector<std::string> ports;
    const auto add = [&ports](const std::string &port) {
        if (!port.empty() && std::ranges::find(ports, port) == ports.end())
            ports.push_back(port);
    };
    for (const RouteRule &rule : rules)
        add(rule.port);
    add(m_otherwise);
    return ports;
}

Result<> Route::open(const StepContext &context)
{
    const auto rules = rulesOf();
    if (!rules)
        return rules.forward();
    const auto ports = portsFor(*rules);
    const auto numberOf = [&ports](const std::string &port) {
        return uint8_t(std::ranges::find(ports, port) - ports.begin());
    };
    m_rest.reset();
    if (!m_otherwise.empty())
        m_rest = numberOf(m_otherwise);
    m_compiled.clear();
    StepContext own = context;
    for (const RouteRule &rule : *rules) {
        auto compiled = openExpression(rule.when, own);
        if (!compiled)
            return compiled.forward();
        m_compiled.push_back({.when = *std::move(compiled), .port = numberOf(rule.port)});
        // What a later rule can't say of an item that an earlier one has sent doesn't matter, and ends nothing.
        if (m_match == "first")
            own.endsAtFailure = {};
    }
    return {};
}

Result<> Route::process(Batch &batch)
{
    m_states.assign(batch.size(), Undecided);
    m_failed.clear();
    m_tried = 0;
    for (size_t left = batch.size(); m_tried < m_compiled.size() && left > 0; ++m_tried)
        if (auto done = ask(batch, left); !done)
            return done;
    std::vector<uint32_t> rows;
    std::vector<uint8_t> ports;
    for (uint32_t row = 0; row < batch.size(); ++row)
        if (m_states[row] != Failed)
            addPorts(row, rows, ports);
    makeOf(batch, rows);
    for (size_t row = 0; row < ports.size(); ++row)
        if (ports[row] != 0)
            batch.sendTo(row, ports[row]);
    if (!m_failed.empty())
        batch.errors() = std::move(m_failed);
    return {};
}

/// The next rule of all items. `left`: for how many it must still be said where they go.
Result<> Route::ask(const Batch &batch, size_t &left)
{
    std::vector<uint8_t> &verdicts = m_compiled[m_tried].verdicts;
    if (auto done = m_compiled[m_tried].when.evaluateTruth(batch, verdicts, m_errors); !done)
        return done;
    for (ItemError &error : m_errors) {
        if (m_states[error.row] != Undecided)
            continue;
        m_states[error.row] = Failed;
        --left;
        m_failed.push_back(std::move(error));
    }
    if (m_match == "all")
        return {};
    for (size_t row = 0; row < batch.size(); ++row)
        if (verdicts[row] && m_states[row] == Undecided) {
            m_states[row] = Sent;
            --left;
        }
    return {};
}

/// Where an item goes that didn't fail.
void Route::addPorts(uint32_t row, std::vector<uint32_t> &rows, std::vector<uint8_t> &ports) const
{
    std::bitset<256> sent;
    const auto send = [&](uint8_t port) {
        if (sent[port])
            return;
        sent.set(port);
        rows.push_back(row);
        ports.push_back(port);
    };
    for (size_t i = 0; i < m_tried; ++i) {
        if (!m_compiled[i].verdicts[row])
            continue;
        send(m_compiled[i].port);
        if (m_match != "all")
            return;
    }
    if (sent.none() && m_rest)
        send(*m_rest);
}

/// Only those rows of the batch, in ascending order, each as often as it is there.
void Route::makeOf(Batch &batch, const std::vector<uint32_t> &rows)
{
    if (std::ranges::adjacent_find(rows) == rows.end()) {
        batch.keepRows(rows);
        return;
    }
    std::vector<Column> columns;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        columns.emplace_back(batch.column(i).type());
        columns.back().appendRows(batch.column(i), rows);
    }
    const SchemaPtr schema = batch.schema();
    batch.expandRows(rows);
    batch.setColumns(schema, std::move(columns));
}

void Route::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!m_otherwise.empty() && !isPortName(m_otherwise))
        problems.push_back({true, "otherwise", portProblem(m_otherwise)});
    if (m_rules.isNull())
        return; // that they are missing is said of every required parameter
    const auto rules = rulesOf();
    if (!rules) {
        problems.push_back({true, "rules", rules.error().message});
        return;
    }
    for (size_t i = 0; i < rules->size(); ++i) {
        const size_t before = problems.size();
        checkExpression((*rules)[i].when, "rules", context, problems);
        for (size_t j = before; j < problems.size(); ++j)
            problems[j].text.insert(0, "Rule " + std::to_string(i + 1) + ": ");
    }
}

void registerRoute(StepRegistry &registry)
{
    registry.add<Route>();
}

} // namespace millrace
