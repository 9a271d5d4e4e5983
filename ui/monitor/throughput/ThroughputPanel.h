// SPDX-License-Identifier: MIT
#pragma once

#include "monitor/throughput/StepCharts.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

class QListWidget;
class QListWidgetItem;
class QToolButton;

namespace millrace {

/// The course of a run: a list of its steps, to choose from, and a small chart of each that is chosen.
class ThroughputPanel : public QWidget
{
    Q_OBJECT

public:
    static constexpr size_t MostAtFirst = 12; ///< that are chosen before anybody chooses

    explicit ThroughputPanel(Theme &theme, QWidget *parent = nullptr);

    /// Borrowed: they must live as long as the panel. `nameOf` turns a step's id into what people read.
    void setSources(const RunHistory *history,
                    const RunRecording *recording,
                    std::function<QString(const std::string &)> nameOf);
    /// Its chart stands out, and is shown though it isn't chosen.
    void setSelected(const std::string &step);
    /// The history has more, or is another one.
    void follow();
    StepCharts &charts() const { return *m_charts; }
    /// What belongs beside the panel's tab: all or none, and the zoom.
    QWidget *corner() const { return m_corner; }

Q_SIGNALS:
    void stepWanted(const std::string &step);

private:
    QToolButton *addButton(const QString &text, const char *icon, std::function<void()> act);
    void fillList();
    void noteChoice(const QListWidgetItem &item);
    void chooseAll(bool isChosen);
    bool isChosen(const std::string &step, size_t place) const;
    void showChosen();

    Theme &m_theme;
    const RunHistory *m_history = nullptr;
    std::function<QString(const std::string &)> m_nameOf;
    QListWidget *m_list;
    StepCharts *m_charts;
    QWidget *m_corner;
    QToolButton *m_whole = nullptr;
    std::vector<std::string> m_listed;         ///< the run's steps, as the list has them
    std::set<std::string> m_chosen, m_dropped; ///< by a person's hand
    std::string m_selected;
};

} // namespace millrace
