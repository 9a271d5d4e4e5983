// SPDX-License-Identifier: MIT
#pragma once

class QListView;
class QWidget;

namespace millrace {

/// Makes a list as high as its rows are, and no higher than that many pixels: for lists in pop-ups, which are looked at as a
/// whole and cover what is behind them. A list without rows is hidden. Call it whenever the rows have changed.
void fitToRows(QListView &list, int most);

/// Makes a pop-up as high as what is in it, and leaves its upper edge where it is.
void fitToContent(QWidget &popup);

} // namespace millrace
