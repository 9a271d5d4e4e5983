// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Writes text of OpenMetrics 1.0: families one after the other, and in each its samples.
class MetricsText
{
public:
    using Label = std::pair<std::string_view, std::string_view>;
    using Labels = std::vector<Label>;

    /// `run`: the label that all samples have.
    explicit MetricsText(std::string_view run);

    /// Begins one of that name, behind "millrace_". `type`: "counter", "gauge", "histogram", "stateset" or "info". Its unit is told where
    /// the name ends in one.
    void family(std::string_view name, std::string_view type, std::string_view help);
    /// One of the family. `suffix`: "_total", "_bucket", …
    void sample(std::string_view suffix, const Labels &labels, double value);
    /// A set of states, of which one holds.
    void states(const Labels &labels, const std::vector<std::string_view> &all, std::string_view now);
    /// All of it, with its end.
    std::string end() &&;

private:
    void label(std::string_view name, std::string_view value);

    std::string m_run, m_text, m_family;
};

} // namespace millrace
