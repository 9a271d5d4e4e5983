// SPDX-License-Identifier: MIT
#include "sharing/MetricsText.h"

#include <array>
#include <charconv>
#include <cmath>

namespace millrace {

namespace {

constexpr std::string_view MetricPrefix = "millrace_";
constexpr std::array<std::string_view, 4> MetricUnits = {"seconds", "bytes", "items", "batches"};
constexpr double MostExactWhole = 9e15; ///< a double holds all whole numbers up to there

std::string_view unitOf(std::string_view name)
{
    const size_t at = name.rfind('_');
    for (const std::string_view unit : MetricUnits)
        if (name.substr(at + 1) == unit)
            return unit;
    return {};
}

void appendMetricValue(std::string &text, double value)
{
    if (std::isinf(value)) {
        text += value > 0 ? "+Inf" : "-Inf";
        return;
    }
    if (std::isnan(value)) {
        text += "NaN";
        return;
    }
    std::array<char, 40> digits{};
    const bool isWhole = std::abs(value) < MostExactWhole && value == std::floor(value);
    const auto written = isWhole ? std::to_chars(digits.data(), digits.data() + digits.size(), int64_t(value))
                                 : std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), written.ptr);
}

} // namespace

MetricsText::MetricsText(std::string_view run) : m_run(run) {}

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help)
{
    m_family = std::string(MetricPrefix) + std::string(name);
    m_text += "# TYPE " + m_family + ' ' + std::string(type) + '\n';
    if (const std::string_view unit = unitOf(name); !unit.empty())
        m_text += "# UNIT " + m_family + ' ' + std::string(unit) + '\n';
    m_text += "# HELP " + m_family + ' ' + std::string(help) + '\n';
}

void MetricsText::label(std::string_view name, std::string_view value)
{
    m_text += m_text.back() == '{' ? "" : ",";
    m_text += std::string(name) + "=\"";
    for (const char c : value) {
        if (c == '\n') {
            m_text += "\\n";
            continue;
        }
        if (c == '"' || c == '\\')
            m_text += '\\';
        m_text += c;
    }
    m_text += '"';
}

void MetricsText::sample(std::string_view suffix, const Labels &labels, double value)
{
    m_text += m_family + std::string(suffix) + '{';
    label("run", m_run);
    for (const auto &[name, text] : labels)
        label(name, text);
    m_text += "} ";
    appendMetricValue(m_text, value);
    m_text += '\n';
}

void MetricsText::states(const Labels &labels, const std::vector<std::string_view> &all, std::string_view now)
{
    for (const std::string_view state : all) {
        Labels told = labels;
        told.emplace_back(m_family, state);
        sample({}, told, state == now ? 1 : 0);
    }
}

std::string MetricsText::end() &&
{
    return std::move(m_text) + "# EOF\n";
}

} // namespace millrace
