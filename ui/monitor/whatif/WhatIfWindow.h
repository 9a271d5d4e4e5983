// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Simulation.h"
#include "theme/Theme.h"

#include <QFutureWatcher>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <string>
#include <vector>

class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QSlider;
class QSpinBox;

namespace millrace {

/// What would be with other workers and queues: sliders for each step of a run, and what a simulation of it says, beside what was
/// measured. Nothing changes until it is applied; Escape leaves. A window beside the work. GUI thread; it simulates on another one.
class WhatIfWindow : public QWidget
{
    Q_OBJECT

public:
    /// A setting that is to be another one.
    struct Wish
    {
        std::string step;
        std::optional<int> workers, queueSize;

        bool operator==(const Wish &) const = default;
    };
    /// A step of the run as it is shown.
    struct Row
    {
        QString name;
        int mostWorkers = 0; ///< 0: as many as one likes
        bool hasQueue = true;
    };

    WhatIfWindow(Theme &theme, QWidget *window);
    ~WhatIfWindow() override;

    /// Begins anew with a run as it was measured; a row for each of its steps. `batchSize`: items in a batch; 0: its sources differ in that.
    void open(SimulationModel measured, const std::vector<Row> &rows, int batchSize = 0);
    /// What is chosen other than it was measured.
    std::vector<Wish> wishes() const;
    /// The size of batches that is chosen, where it is another one.
    std::optional<int> wantedBatchSize() const;
    /// What the simulation says of what is chosen; nothing while it works.
    const std::optional<Simulation> &result() const { return m_result; }

Q_SIGNALS:
    void simulated();
    void applied(const std::vector<millrace::WhatIfWindow::Wish> &wishes, std::optional<int> batchSize);

private:
    struct Fields
    {
        QSlider *slider = nullptr;
        QSpinBox *workers = nullptr, *queue = nullptr;
    };
    QLabel *addFigure(QGridLayout &grid, const QString &title);
    void showBatchSize(int size);
    void fillRows(const std::vector<Row> &rows);
    void noteChange();
    void simulateNow();
    void show(const Simulation &tried);
    void reset();
    void apply();
    SimulationModel wanted() const;

    Theme &m_theme;
    QLabel *m_rate, *m_latency, *m_memory, *m_limit;
    QScrollArea *m_rows;
    QLabel *m_batchTitle;
    QSpinBox *m_batch;
    QPushButton *m_apply, *m_reset;
    int m_batchSize = 0; ///< as it was measured; 0: not one
    SimulationModel m_measured;
    std::vector<Row> m_shown;     ///< by the model's steps
    std::vector<Fields> m_fields; ///< the same
    std::optional<Simulation> m_before, m_result;
    QTimer m_soon;
    bool m_mustSimulateAgain = false;
    struct Answer
    {
        Simulation before, tried;
    };
    QFutureWatcher<Answer> m_working;
};

} // namespace millrace
