import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** ECharts with only what is drawn here: all of it takes half a second to load, at the first page and at every report. */
use([LineChart, CustomChart, GridComponent, MarkLineComponent, SVGRenderer]);

export { init };
