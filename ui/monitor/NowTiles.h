// SPDX-License-Identifier: MIT
#pragma once

#include "model/Gauges.h"
#include "theme/Theme.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace millrace {

/// The gauges of the selected step that have a tile, two in a row, at this moment.
class NowTiles : public QWidget
{
    Q_OBJECT

public:
    explicit NowTiles(Theme &theme, QWidget *parent = nullptr);

    void setFigures(const std::optional<StepFigures> &figures);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *) override;

private:
    struct Tile
    {
        QString value, label;
        bool isBad = false;

        bool operator==(const Tile &) const = default;
    };
    int rows() const;

    const Theme &m_theme;
    std::vector<Tile> m_tiles;
};

} // namespace millrace
